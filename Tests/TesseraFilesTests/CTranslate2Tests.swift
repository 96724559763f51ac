import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct CTranslate2Tests {
    static let kinds = ["float32", "bfloat16", "int8", "int8_float16", "int8_bfloat16"]
    private let folder = TemporaryFolder()

    private func bytes(_ kind: String) throws -> [UInt8] {
        try InputFile(Fixtures.ownPath("ctranslate2/\(kind).bin")).contents(limit: 1 << 20)
    }

    private func open(_ bytes: [UInt8]) throws -> CTranslate2File {
        try CTranslate2File(try InputFile(folder.write("model.bin", bytes)))
    }

    /// Bit by bit what CTranslate2 computes: weights of 8 bits times the reciprocal of their row's scale.
    @Test(arguments: kinds) func everyKind(_ kind: String) throws {
        let found = try open(try bytes(kind))
        let expected = try Safetensors(Fixtures.ownPath("ctranslate2/\(kind).safetensors"))
        #expect(found.specification == "WhisperSpec")
        let names = found.names.filter { found.shape(of: $0) != [] }
        #expect(names.sorted() == expected.names.sorted())
        for name in names { #expect(try found.readTensor(name) == expected.readTensor(name), "\(name)") }
        #expect(try found.integer("encoder/num_heads") == 2 && found.integer("absent") == nil)
        // What equals another variable is written as its other name.
        #expect(found.isSame("decoder/projection/weight", "decoder/embeddings/weight"))
        #expect(!found.isSame("encoder/conv1/weight", "encoder/conv2/weight"))
        let joined = "encoder/layer_0/self_attention/linear_0/weight"
        #expect(try found.readTensor(joined, rows: 8..<16) == expected.readTensor(joined).rows(8..<16))
        let stored = try found.readStored("decoder/embeddings/weight")
        #expect(stored.type == (kind == "bfloat16" ? .bfloat16 : .float32) && stored.shape == [5, 8])
    }

    /// A change of some bytes, wherever they occur first.
    private func damaged(_ kind: String, _ old: [UInt8], _ new: [UInt8]) throws -> [UInt8] {
        var bytes = try bytes(kind)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
        bytes.replaceSubrange(start..<start + old.count, with: new)
        return bytes
    }

    private func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count + 1), 0] + Array(text.utf8) + [0] }

    @Test func refusals() throws {
        func refusal(_ bytes: [UInt8]) -> String {
            let error = #expect(throws: FileError.self) { _ = try open(bytes) }
            return String(describing: error)
        }
        #expect(refusal([5, 0, 0, 0]).contains("or of its format 5; format 6 is read"))
        #expect(refusal(try bytes("int8") + [0]).contains("has 1 bytes after its end"))
        let other = try damaged(
            "int8", name("decoder/embeddings/weight_scale"), name("decoder/embeddings/weight_other"))
        #expect(refusal(other).contains("is of 8 bits, and has not a scale for each of its 5 rows"))
        let table = name("decoder/embeddings/weight") + [2]
        #expect(
            refusal(try damaged("int8", table + [5], table + [6])).contains(
                "has 40 bytes of data, but I8 [6, 8] takes 48"))
        let alias = name("decoder/projection/weight")
        let unknown = try damaged(
            "int8", alias + name("decoder/embeddings/weight"), alias + name("decoder/embeddings/weighs"))
        #expect(refusal(unknown).contains("which there is not (variable 'decoder/projection/weight')"))
    }

    @Test func everyDamagedCTranslate2FileIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for kind in ["float32", "int8_float16"] {
                try DamageSweep.run(kind, try bytes(kind), changes: 5000) { damaged in
                    let file = try open(damaged)
                    for name in file.names {
                        do { _ = try file.readTensor(name) } catch is FileError {}
                    }
                }
            }
        }
    }
}
