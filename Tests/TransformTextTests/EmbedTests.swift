import TesseraFiles
import TesseraLanguage
import TestSupport
import Testing

/// `transform-text embed`, run as a user runs it.
@Suite struct EmbedTests {
    private static let model = Fixtures.ownPath("text-minilm")
    private let folder = TemporaryFolder()

    /// Text, JSON and the file hold what the library gives.
    @Test func outputsHoldTheLibrarysVectors() throws {
        let texts = ["Snow melts.", "A baker", ""]
        let expected = try SentenceEmbedder(folder: Self.model).embed(texts).embeddings
        let file = folder.file("out.safetensors")
        let arguments = ["embed", "--model", Self.model]
        let written = try transformText(arguments + ["--output", file] + texts)
        #expect(written.code == 0 && written.output.isEmpty && written.errors.isEmpty)
        #expect(try Safetensors(file).readTensor("embeddings") == expected)
        let printed = try transformText(arguments + texts).output
        #expect(
            printed.split(separator: "\n").flatMap { $0.split(separator: " ").compactMap { Float($0) } }
                == expected.values)
        let json = try transformText(arguments + ["--format", "jsonl"] + texts).output
        let numbers = try json.split(separator: "\n").flatMap { line in
            try JSONObject(bytes: Array(line.utf8), path: "line").numbers("embedding") ?? []
        }
        #expect(numbers.map { Float($0) } == expected.values)
    }

    @Test func outputsThatCannotBeAreSaid() throws {
        let arguments = ["embed", "--model", Self.model, "a", "--output"]
        #expect(try transformText(arguments + ["/proc/none/out.safetensors"]).code == 73)
        let weights = Self.model + "/model.safetensors"
        #expect(try transformText(arguments + [weights]).code == 64)
    }
}
