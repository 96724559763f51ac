import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct GGMLTensorTests {
    private let folder = TemporaryFolder()

    private func tensors(_ bytes: [UInt8], allowNonFinite: Bool = false) throws -> GGMLTensors {
        try GGMLTensors(FileCursor(InputFile(folder.write("t.bin", bytes))), allowNonFinite: allowNonFinite)
    }

    private func sound() throws -> [UInt8] {
        try InputFile(Fixtures.ownPath("ggml/blocks.bin")).contents(limit: 1 << 20)
    }

    /// One dimension of 32 elements called `t`.
    private func tensor(type: UInt8, size: UInt8 = 32, _ data: [UInt8]) -> [UInt8] {
        [1, 0, 0, 0, 1, 0, 0, 0, type, 0, 0, 0, size, 0, 0, 0] + Array("t".utf8) + data
    }

    /// Bit by bit what ggml's own Python makes of the blocks.
    @Test func everyTypeOfBlock() throws {
        let found = try tensors(try sound())
        let expected = try Safetensors(Fixtures.ownPath("ggml/blocks.safetensors"))
        #expect(found.names == ["F32", "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"])
        for name in found.names {
            let values = try found.readTensor(name)
            #expect(try values == expected.readTensor(name), "\(name)")
            let stored = try found.readStored(name)
            #expect(stored.type == (name == "F16" ? .float16 : .float32) && stored.shape == values.shape)
        }
        let error = #expect(throws: FileError.self) { try found.readTensor("absent") }
        #expect(error?.place == "tensor 'absent'")
    }

    @Test(arguments: [
        (UInt8(12), UInt8(32), [UInt8](), "is of ggml's type q4_K, which is not read"), (99, 32, [], "type number 99"),
        (8, 32, [], "of [32] ends after the end of the file"),
        (8, 31, [UInt8](repeating: 0, count: 34), "no whole blocks"),
        (0, 0, [], "has no elements: [0]"),
    ])
    func refuses(_ type: UInt8, _ size: UInt8, _ data: [UInt8], _ cause: String) {
        let error = #expect(throws: FileError.self) { try tensors(tensor(type: type, size: size, data)) }
        #expect(
            error?.description.contains(cause) == true && error?.place == "tensor 't'", "\(String(describing: error))")
    }

    @Test func namesOccurOnce() throws {
        let one = tensor(type: 8, [UInt8](repeating: 0, count: 34))
        #expect(try tensors(one).readTensor("t").values == [Float](repeating: 0, count: 32))
        let error = #expect(throws: FileError.self) { try tensors(one + one) }
        #expect(error?.cause == "occurs twice")
    }

    /// A scale of a block can be infinite.
    @Test func blocksThatAreNoNumbers() throws {
        let bytes = tensor(type: 8, [0, 0x7C] + [UInt8](repeating: 1, count: 32))
        let error = #expect(throws: FileError.self) { try tensors(bytes).readTensor("t") }
        #expect(error?.cause == "holds a value that is NaN or infinite")
        #expect(try tensors(bytes, allowNonFinite: true).readTensor("t").values.allSatisfy { $0 == .infinity })
    }

    @Test func everyDamagedGGMLFileIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            try DamageSweep.run("blocks.bin", try sound(), changes: 5000) { damaged in
                let tensors = try tensors(damaged)
                for name in tensors.names {
                    do { _ = try tensors.readTensor(name) } catch is FileError {}
                }
            }
        }
    }
}
