import TesseraAudio
import TesseraFiles
import TesseraForecasting
import TesseraImage
import TesseraSeries
import TesseraSpeech
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whatever cannot be read is an error that names it; nothing is taken as absent, or as shorter than it is.
@Suite struct ReadingFaultTests {
    private typealias Reading = (path: String, read: (String) throws -> Void)

    private func expectErrors(_ readings: [Reading], atLeast least: Int) throws {
        for (path, read) in readings {
            for pattern in FaultPattern.allCases {
                let count = try letEachCallFail(
                    pattern, { try read(path) },
                    check: { #expect($0.fileError?.path.hasPrefix(path) == true, "\(path): \($0)") })
                #expect(count >= least, "\(path)")
            }
            try read(path)
        }
    }

    @Test(.ownProcess) func modelsThatCannotBeReadWhole() throws {
        let models: [Reading] =
            ["vit", "dinov2", "beit"].map { (Fixtures.ownPath($0), { _ = try ImageClassifier(folder: $0) }) }
            + ["whisper", "speech2text", "wav2vec2-ctc-large"].map {
                (Fixtures.ownPath($0), { _ = try Transcriber(folder: $0) })
            }
            + ["ast", "wav2vec2-sounds-weighted"].map {
                (Fixtures.ownPath($0), { _ = try AudioClassifier(folder: $0) })
            }
            + ["chronos-bolt", "chronos-t5", "patchtst"].map { name in
                (Fixtures.ownPath(name), { _ = try Forecaster(folder: $0) })
            }
        try expectErrors(models, atLeast: 10)
        let readShards = { (path: String) in
            let checkpoint = try Checkpoint(folder: path)
            for name in checkpoint.names { _ = try checkpoint.readTensor(name) }
        }
        try expectErrors([(Fixtures.ownPath("safetensors/sharded"), readShards)], atLeast: 10)
    }

    @Test(.ownProcess) func filesThatCannotBeReadWhole() throws {
        let folder = TemporaryFolder()
        folder.write("series.csv", "date,a\n" + (1...20).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0)\n" }.joined())
        let pictures: [Reading] = [sample("cat.png"), sample("dog.jpg"), Fixtures.ownPath("jpeg/restarts.jpg")].map {
            ($0, { _ = try RGBImage.read($0) })
        }
        let recordings: [Reading] = [
            "mono-16000.flac", "mono-16000.mp3", "mono-16000.ogg", "mono-16000.oga", "stereo-48000.opus",
            "mono-22050.aiff", "mono-22050.caf", "mono-22050.w64", "adpcm-22050.wav",
        ].map { name in
            let read = { (path: String) in
                let samples = try AudioFile(path).samples(at: 16_000)
                while try !samples.read(upTo: 16_000).isEmpty {}
            }
            return (Fixtures.ownPath("audio/" + name), read)
        }
        let tables: [Reading] = [(folder.file("series.csv"), { _ = try SeriesFile($0).series })]
        try expectErrors(pictures + recordings + tables, atLeast: 4)
    }

    @Test(.ownProcess) func standardInputThatCannotBeKept() throws {
        let folder = TemporaryFolder()
        let bytes = [UInt8](repeating: 7, count: 1_000)
        for isPipe in [true, false] {
            let count = try letEachCallFail(
                .one,
                {
                    var ends: [Int32] = [open(folder.write("a", bytes), O_RDONLY), -1]
                    if isPipe {
                        close(ends[0])
                        pipe(&ends)
                        write(ends[1], bytes, bytes.count)
                        close(ends[1])
                    }
                    defer { close(ends[0]) }
                    let file = try InputFile.copy(of: ends[0], shownAs: "standard input")
                    #expect(file.byteCount == bytes.count)
                },
                check: { run in
                    // What cannot be looked at may still be read.
                    #expect(run.error == nil || run.fileError?.path == "standard input", "\(run)")
                })
            #expect(count >= 2)
        }
    }

    /// A folder inside that could not be looked at would be a class less.
    @Test(.ownProcess) func foldersThatCannotBeLookedThrough() throws {
        let folder = TemporaryFolder()
        for name in ["a/1.png", "a/more/2.png", "b/3.png"] { folder.write(name, "") }
        let whole = try ClassFolder(pictures: folder.path)
        for pattern in FaultPattern.allCases {
            var found: ClassFolder?
            let count = try letEachCallFail(
                pattern, prepare: { found = nil }, { found = try ClassFolder(pictures: folder.path) },
                check: { run in
                    // What of a class cannot be looked at is named among the failures.
                    let isNamed = found.map { !$0.failures.isEmpty && $0.classes == whole.classes } ?? false
                    #expect(isNamed || run.fileError != nil, "\(run)")
                })
            #expect(count > 10)
        }
    }

    /// Cut at whichever read, by another program that writes in place.
    @Test(.ownProcess) func modelsThatShrinkWhileTheyAreRead() throws {
        let original = files(in: Fixtures.ownPath("vit"))
        for moment in [1, 2, 3, 5, 8, 13, 21] {
            let folder = original.written()
            let cutter = Cutter(folder.file("model.safetensors"), at: moment)
            let error = #expect(throws: FileError.self) {
                try SystemCall.failing({ cutter.look($0) }, { _ = try ImageClassifier(folder: folder.path) })
            }
            #expect(error?.path == folder.file("model.safetensors"), "read \(moment): \(error?.description ?? "")")
        }
    }
}
