import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct CheckpointTests {
    @Test(arguments: ["safetensors/sharded", "vit"]) func tensorsThatAreAbsent(fixture: String) throws {
        let checkpoint = try Checkpoint(folder: Fixtures.ownPath(fixture))
        let error = #expect(throws: FileError.self) { try checkpoint.readTensor("none") }
        #expect(
            error?.kind == .badData && error?.description.contains("'none'") == true, "\(String(describing: error))")
    }

    private let folder = TemporaryFolder()
    private let tensor = safetensorsBytes(#"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, [7])

    private func failure(_ folder: String) -> FileError? {
        #expect(throws: FileError.self) { _ = try Checkpoint(folder: folder) }
    }

    @Test func readsOneFile() throws {
        let checkpoint = try Checkpoint(folder: Fixtures.ownPath("vit"))
        #expect(checkpoint.names.contains("classifier.bias"))
        #expect(checkpoint.contains("classifier.bias"))
        #expect(checkpoint.shape(of: "absent") == nil)
        #expect(checkpoint.path(of: "classifier.bias").hasSuffix("vit/model.safetensors"))
        let error = #expect(throws: FileError.self) { _ = try checkpoint.readTensor("absent") }
        #expect(error?.description.hasSuffix("/vit: is missing (tensor 'absent')") == true)
    }

    /// The same model, cut into shards by transformers: every tensor equal.
    @Test func shardsHoldTheSameTensors() throws {
        let whole = try Checkpoint(folder: Fixtures.ownPath("vit"))
        let sharded = try Checkpoint(folder: Fixtures.ownPath("safetensors/sharded"))
        #expect(sharded.names.sorted() == whole.names.sorted())
        for name in whole.names {
            #expect(sharded.shape(of: name) == whole.shape(of: name))
            #expect(try sharded.readTensor(name) == whole.readTensor(name))
        }
        #expect(Set(sharded.names.map { sharded.path(of: $0) }).count == 4)
    }

    /// Tensors are read as they are stored, whichever file they lie in.
    @Test(arguments: ["vit", "safetensors/sharded"])
    func tensorsAreReadAsTheyAreStored(_ name: String) throws {
        let checkpoint = try Checkpoint(folder: Fixtures.ownPath(name))
        let stored = try checkpoint.readStored("classifier.bias")
        #expect(stored.type == .float32 && stored.shape == checkpoint.shape(of: "classifier.bias"))
        let values = stride(from: 0, to: stored.bytes.count, by: 4).map { start in
            Float(bitPattern: stored.bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        #expect(try values == checkpoint.readTensor("classifier.bias").values)
        #expect(throws: FileError.self) { try checkpoint.readStored("absent") }
    }

    /// Rows that are read by themselves are those of the whole tensor, in every format that reads them so.
    @Test(arguments: ["vit", "safetensors/sharded"]) func readsRowsAlone(fixture: String) throws {
        let checkpoint = try Checkpoint(folder: Fixtures.ownPath(fixture))
        for name in checkpoint.names {
            guard let rows = checkpoint.shape(of: name)?.first, rows > 1 else { continue }
            #expect(checkpoint.readsRows(of: name))
            let part = try checkpoint.readTensor(name, rows: 1..<rows)
            #expect(try part == checkpoint.readTensor(name).rows(1..<rows), "\(name)")
        }
        #expect(throws: FileError.self) { _ = try checkpoint.readTensor("none", rows: 0..<1) }
    }

    /// Whatever holds tensors by name will do.
    @Test func weightsMayComeFromAnyContainer() throws {
        struct OneTensor: TensorContainer {
            let path = "memory"
            let names = ["t"]
            func shape(of name: String) -> [Int]? { name == "t" ? [2] : nil }
            func readTensor(_ name: String) throws(FileError) -> Tensor { Tensor(shape: [2], [1, 2]) }
            func readStored(_ name: String) throws(FileError) -> StoredTensor {
                StoredTensor(type: .int8, shape: [2], bytes: [1, 2])
            }
        }
        let checkpoint = Checkpoint(OneTensor())
        #expect(checkpoint.names == ["t"] && checkpoint.contains("t") && !checkpoint.contains("u"))
        #expect(try checkpoint.readTensor("t").values == [1, 2])
        #expect(try checkpoint.readStored("t").bytes == [1, 2])
        #expect(checkpoint.path(of: "t") == "memory")
        let error = #expect(throws: FileError.self) { _ = try checkpoint.readTensor("u") }
        #expect(error?.description == "memory: is missing (tensor 'u')")
    }

    @Test(arguments: [
        ("index_absolute", "'/etc/passwd', which is not inside the folder (weight_map.t)"),
        ("index_dot", "'.', which is not inside the folder"),
        ("index_missing_shard", "model-00002-of-00002.safetensors: does not exist"),
        ("index_nul", "'a\\u{0}b.safetensors', which is not inside the folder"),
        ("index_subdir", "'x/../../m.safetensors', which is not inside the folder"),
        ("index_traversal", "'../../../../etc/passwd', which is not inside the folder"),
    ])
    func refusesHostileIndexes(_ name: String, _ cause: String) {
        let error = failure(Fixtures.ownPath("hostile/safetensors/\(name)"))
        #expect(error?.description.contains(cause) == true, "\(error?.description ?? "")")
        #expect(error?.kind == (name == "index_missing_shard" ? .unreadable : .badData))
    }

    @Test(arguments: ["{}", #"{"weight_map": {}}"#, #"{"weight_map": []}"#, #"{"weight_map": {"t": 1}}"#])
    func refusesIndexesWithoutFiles(_ index: String) {
        folder.write("model.safetensors.index.json", index)
        #expect(failure(folder.path)?.kind == .badData)
    }

    @Test func refusesLinksThatLeaveTheFolder() {
        folder.write("outside.safetensors", tensor)
        folder.link("model/model.safetensors", to: "../outside.safetensors")
        #expect(failure(folder.file("model"))?.cause == "is a link that leads out of the folder")
        folder.link("shards/x.safetensors", to: "../outside.safetensors")
        folder.write("shards/model.safetensors.index.json", #"{"weight_map": {"t": "x.safetensors"}}"#)
        #expect(failure(folder.file("shards"))?.cause == "is a link that leads out of the folder")
        // A folder whose name only begins like the model's.
        folder.write("model2/m.safetensors", tensor)
        folder.link("model2x/model.safetensors", to: "../model2/m.safetensors")
        #expect(failure(folder.file("model2x"))?.cause == "is a link that leads out of the folder")
        folder.link("dangling/model.safetensors", to: "nowhere")
        #expect(failure(folder.file("dangling"))?.kind == .unreadable)
    }

    @Test func linksInsideTheFolderAreFollowed() throws {
        folder.write("model/weights.safetensors", tensor)
        folder.link("model/model.safetensors", to: "weights.safetensors")
        folder.link("shortcut", to: "model")
        for name in ["model", "shortcut"] {
            #expect(try Checkpoint(folder: folder.file(name)).readTensor("t").values == [7])
        }
    }

    @Test func aShardMustHoldWhatTheIndexSays() {
        folder.write("a.safetensors", tensor)
        folder.write("model.safetensors.index.json", #"{"weight_map": {"u": "a.safetensors"}}"#)
        #expect(failure(folder.path)?.place == "tensor 'u'")
    }

    @Test func tensorsThatTheIndexLeavesOutAreNamedToo() throws {
        folder.write("a.safetensors", tensor)
        let two =
            #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
            + #""u":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#
        folder.write("b.safetensors", safetensorsBytes(two, [8, 9]))
        folder.write(
            "model.safetensors.index.json", #"{"weight_map": {"t": "a.safetensors", "u": "b.safetensors"}}"#)
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(checkpoint.names == ["t", "u"])
        #expect(try checkpoint.readTensor("t").values == [7])
    }

    @Test(arguments: [
        ("model.ckpt", "if it is a state dict of torch.save, call it pytorch_model.bin"),
        ("model.bin", "CTranslate2's ('model.bin'), of which only a Whisper is read"),
        ("tf_model.h5", "ViTModel.from_pretrained('.', from_tf=True).save_pretrained('.')"),
        ("flax_model.msgpack", "ViTModel.from_pretrained('.', from_flax=True).save_pretrained('.')"),
        ("model.gguf", "from_pretrained('.', gguf_file='model.gguf')"),
        ("a');x('.gguf", "from_pretrained('.', gguf_file='FILE.gguf')"),
        ("model.onnx", "ViTModel.from_pretrained('OWNER/NAME').save_pretrained('.')"),
    ])
    func saysHowToConvertOtherWeights(_ name: String, _ call: String) {
        folder.write("config.json", #"{"architectures": ["ViTModel"]}"#)
        folder.write(name, "x")
        let error = failure(folder.path)
        #expect(error?.kind == .badData)
        #expect(error?.cause.contains(call) == true, "\(error?.description ?? "")")
    }

    @Test func anEmptyFolderHoldsNoWeights() {
        #expect(failure(folder.path)?.kind == .unreadable)
        folder.write("config.json", #"{"architectures": ["os;x"]}"#)
        folder.write("tf_model.h5", "x")
        #expect(failure(folder.path)?.cause.contains("import AutoModel;") == true)
        #expect(failure(folder.file("absent"))?.kind == .unreadable)
    }
}
