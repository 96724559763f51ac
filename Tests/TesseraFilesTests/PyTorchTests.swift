import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct PyTorchTests {
    private let folder = TemporaryFolder()

    private func bytes(_ name: String) throws -> [UInt8] {
        try InputFile(Fixtures.ownPath("pytorch/\(name)")).contents(limit: 1 << 20)
    }

    /// Opens a file of the fixtures as a folder's weights.
    private func open(_ name: String, allowNonFinite: Bool = false) throws -> Checkpoint {
        folder.write("pytorch_model.bin", try bytes(name))
        return try Checkpoint(folder: folder.path, allowNonFinite: allowNonFinite)
    }

    private func expectSame(_ found: Checkpoint, _ expected: Checkpoint) throws {
        #expect(found.names.sorted() == expected.names.sorted() && !expected.names.isEmpty)
        for name in expected.names {
            #expect(found.shape(of: name) == expected.shape(of: name))
            #expect(try found.readStored(name) == expected.readStored(name), "\(name)")
            #expect(try found.readTensor(name) == expected.readTensor(name), "\(name)")
        }
    }

    /// Every type, transposed, cut out of others, tied: equal to what torch writes of the same tensors as safetensors.
    @Test func everyKindOfTensor() throws {
        let found = try open("types.bin")
        try expectSame(found, Checkpoint(Safetensors(Fixtures.ownPath("pytorch/types.safetensors"))))
        #expect(found.names.contains("transposed") && found.path(of: "scalar").hasSuffix("/pytorch_model.bin"))
        let error = #expect(throws: FileError.self) { _ = try found.readTensor("absent") }
        #expect(error?.place == "tensor 'absent'")
    }

    @Test(arguments: ["vit", "mixer-plain"]) func sameModelAsSafetensors(_ fixture: String) throws {
        let found = try Checkpoint(folder: Fixtures.ownPath("pytorch/\(fixture)"))
        try expectSame(found, Checkpoint(folder: Fixtures.ownPath(fixture)))
        #expect(Set(found.names.map { found.path(of: $0) }).count == (fixture == "vit" ? 3 : 1))
    }

    @Test func tensorsBelowAStateDictionary() throws {
        let checkpoint = try open("nested.bin")
        #expect(checkpoint.names == ["weight"])
        #expect(try checkpoint.readTensor("weight") == Tensor(shape: [2, 3], [0, 1, 2, 3, 4, 5]))
    }

    /// Where there are both, the safetensors count.
    @Test func safetensorsComeFirst() throws {
        folder.write("model.safetensors", try bytes("types.safetensors"))
        #expect(try open("nested.bin").contains("bfloat16"))
    }

    @Test(arguments: [
        ("program", "asks for posix.system, which is not run"),
        ("evaluation", "asks for __builtin__.eval, which is not run"),
        ("module", "asks for torch.nn.modules.linear.Linear, which is not run"),
        ("list", "holds a list, not a dictionary of tensors"),
        ("number", "is a number, where a tensor belongs (entry 'epoch')"),
        ("expanded", "has a tensor of [3, 4], more than the 1 numbers of its storage (data.pkl, byte "),
        ("compressed", "is compressed or encrypted, which torch.save does not do"),
        ("without_numbers", "has its numbers in 'archive/data/0', which the archive lacks (tensor 'weight')"),
        ("few_numbers", "has 8 bytes of numbers where 6 of F32 belong (tensor 'weight')"),
        ("big_endian", "the highest byte comes first"), ("script", "is a TorchScript program"),
        ("twice", "occurs twice"),
        ("pickle", "is a pickle, not a PyTorch file, and not run"), ("protocol", "is of pickle's protocol 4, not 2"),
        ("old", "torch.save(torch.load('pytorch_model.bin', map_location='cpu'), 'pytorch_model.bin')"),
        ("safetensors", "is safetensors, not a PyTorch file: call it model.safetensors"),
    ])
    func refuses(_ name: String, _ cause: String) {
        let error = #expect(throws: FileError.self) { _ = try open("refused/\(name).bin") }
        #expect(error?.kind == .badData && error?.path.hasSuffix("/pytorch_model.bin") == true)
        #expect(error?.description.contains(cause) == true, "\(String(describing: error))")
    }

    /// A NaN in a tensor that lies in order, and in one that does not.
    @Test(arguments: ["float32", "transposed"]) func numbersThatAreNone(_ name: String) throws {
        let sound = try open("types.bin")
        let stored = try sound.readStored(name).bytes
        // Its first four bytes occur once in the file, in its storage.
        var damaged = try bytes("types.bin")
        let places = damaged.indices.filter { damaged[$0...].starts(with: stored[..<4]) }
        try #require(places.count == 1)
        damaged.replaceSubrange(places[0]..<places[0] + 4, with: [0, 0, 0xC0, 0x7F])
        folder.write("pytorch_model.bin", damaged)
        let error = #expect(throws: FileError.self) { try Checkpoint(folder: folder.path).readTensor(name) }
        #expect(error?.description.hasSuffix("holds a value that is NaN or infinite (tensor '\(name)')") == true)
        let allowed = try Checkpoint(folder: folder.path, allowNonFinite: true).readTensor(name)
        #expect(allowed.values.filter(\.isNaN).count == 1)
    }
}
