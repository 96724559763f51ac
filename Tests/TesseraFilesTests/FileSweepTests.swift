import TesseraFiles
import TestSupport
import Testing

@Suite struct FileSweepTests {
    @Test func everyDamagedJSONIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let text = #"{"a": [1, -2.5e3, "é\u00e9\ud83d\ude42\n"], "b": {"c": null, "d": [true, [[]]]}, "e": 1e-9}"#
            try DamageSweep.run("JSON", Array(text.utf8), changes: 10_000, isText: true) { damaged in
                let object = try JSONObject(bytes: damaged, path: "a.json")
                var json = JSONWriter()
                json.object { json in for member in object.members { json.write(member.value, for: member.name) } }
                // What was read can be written, and read again.
                _ = try JSONObject(bytes: json.finish(path: "a.json"), path: "written.json")
            }
        }
    }

    @Test func everyDamagedSafetensorsIsReadOrRefused() throws {
        let folder = TemporaryFolder()
        try DamageSweep.inOwnProcess {
            let bytes = try InputFile(Fixtures.ownPath("safetensors/types.safetensors")).contents(limit: 1 << 20)
            for isText in [false, true] {
                try DamageSweep.run("safetensors", bytes, changes: 3000, isText: isText) { damaged in
                    let file = try Safetensors(folder.write("model.safetensors", damaged))
                    for name in file.names {
                        // One tensor that is refused must not hide the others.
                        do { _ = try file.readTensor(name) } catch is FileError {}
                        do { _ = try file.readIntegers(name) } catch is FileError {}
                    }
                }
            }
        }
    }

    /// The archive as a whole, and the pickle in it.
    @Test func everyDamagedPyTorchFileIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let folder = TemporaryFolder()
            for fixture in ["types.bin", "nested.bin"] {
                let bytes = try InputFile(Fixtures.ownPath("pytorch/\(fixture)")).contents(limit: 1 << 20)
                try folder.sweep("pytorch_model.bin", bytes, changes: 5000, isText: false) { path in
                    let checkpoint = try Checkpoint(folder: path)
                    for name in checkpoint.names {
                        // One tensor that is refused must not hide the others.
                        do { _ = try checkpoint.readTensor(name) } catch is FileError {}
                        do { _ = try checkpoint.readStored(name) } catch is FileError {}
                    }
                }
            }
        }
    }

    @Test func everyDamagedIndexOfShardsIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let folder = try TemporaryFolder(copying: "safetensors/sharded")
            try folder.sweep("model.safetensors.index.json", changes: 1000) { path in
                let checkpoint = try Checkpoint(folder: path)
                for name in checkpoint.names.prefix(3) { _ = try checkpoint.readTensor(name) }
            }
        }
    }

    @Test func everyDamagedDataURLIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for text in ["data:image/png;base64,iVBORw0KGgo=", "data:,a%2Cb%20c"] {
                var random = SplitMix(state: 3)
                for _ in 0..<20_000 {
                    let damaged = random.damaged(Array(text.utf8), words: ["%", "%F", "=", "====", "%zz", ","])
                    do throws(DataURL.Damage) {
                        _ = try DataURL.bytes(String(decoding: damaged, as: UTF8.self))
                    } catch { #expect(!error.cause.isEmpty) }
                }
            }
        }
    }
}
