import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TesseraText
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Labels of frames to texts, against all spellings there are.
@Suite struct CTCDecodingTests {
    private static let blank: Int32 = 0

    /// What labels spell: repetitions are one, and blanks are nothing.
    private func spelled(_ labels: [Int32]) -> [Int32] {
        labels.indices.filter { $0 == 0 || labels[$0] != labels[$0 - 1] }.map { labels[$0] }.filter { $0 != Self.blank }
    }

    private func logits(frames: Int, vocabulary: Int, seed: UInt64) -> Tensor {
        Tensor(shape: [frames, vocabulary], Sounds.noise(count: frames * vocabulary, seed: seed, amplitude: 2))
    }

    /// The likeliness of each text, by the sum over all ways to label the frames.
    private func texts(_ logits: Tensor) -> [[Int32]: Double] {
        let (frames, vocabulary) = (logits.shape[0], logits.shape[1])
        let probabilities = logits.softmax()
        let ways = Int(pow(Double(vocabulary), Double(frames)))
        return (0..<ways).reduce(into: [:]) { texts, way in
            var (rest, labels, probability) = (way, [Int32](), 1.0)
            for frame in 0..<frames {
                labels.append(Int32(rest % vocabulary))
                probability *= Double(probabilities[frame, rest % vocabulary])
                rest /= vocabulary
            }
            texts[spelled(labels), default: 0] += probability
        }
    }

    /// With as many beams as there are texts, the search is exact.
    @Test(arguments: 1...40)
    func theSearchFindsTheLikeliestText(seed: UInt64) throws {
        let logits = logits(frames: 6, vocabulary: 4, seed: seed)
        let texts = texts(logits).sorted { $0.value > $1.value }
        let path = CTCPath(searching: logits, blank: Self.blank, beamCount: 100)
        #expect(spelled(path.labels) == texts[0].key)
        #expect(path.labels.count == 6 && path.probabilities.allSatisfy { $0 > 0 && $0 <= 1 })
    }

    /// Of all labels that spell the text, those that are found are the likeliest.
    @Test(arguments: 1...20)
    func theAlignmentIsTheLikeliest(seed: UInt64) throws {
        let logits = logits(frames: 6, vocabulary: 3, seed: seed)
        let path = CTCPath(searching: logits, blank: Self.blank, beamCount: 50)
        let probabilities = logits.softmax()
        func likelihood(_ labels: [Int32]) -> Double {
            labels.enumerated().reduce(1) { $0 * Double(probabilities[$1.offset, Int($1.element)]) }
        }
        let all = (0..<729).map { way in (0..<6).map { Int32(way / Int(pow(3, Double($0))) % 3) } }
        let best = all.filter { spelled($0) == spelled(path.labels) }.map(likelihood).max() ?? 0
        #expect(abs(likelihood(path.labels) - best) <= 1e-9)
    }

    /// What one beam finds depends on the best label of each frame alone where these are all but certain.
    @Test func certainLabelsAreFound() {
        let labels: [Int32] = [1, 1, 0, 1, 2, 2, 0, 3]
        let values = labels.flatMap { label in (0..<4).map { (token: Int32) -> Float in token == label ? 20 : 0 } }
        let logits = Tensor(shape: [8, 4], values)
        #expect(CTCPath(likeliest: logits).labels == labels)
        #expect(CTCPath(searching: logits, blank: 0, beamCount: 3).labels == labels)
    }

    @Test func noFramesAreNoText() {
        #expect(CTCPath(searching: Tensor(shape: [0, 4], []), blank: 0, beamCount: 3).labels.isEmpty)
        #expect(CTCPath(likeliest: Tensor(shape: [0, 4], [])).labels.isEmpty)
    }
}

/// Vocabularies as folders have them.
@Suite struct CTCTokenizerTests {
    private func tokenizer(_ vocabulary: String, _ settings: String = "{}", added: String? = nil) throws -> CTCTokenizer
    {
        let folder = TemporaryFolder()
        folder.write("vocab.json", vocabulary)
        folder.write("tokenizer_config.json", settings)
        if let added { folder.write("added_tokens.json", added) }
        return try CTCTokenizer(try ModelFolder(folder.path))
    }

    @Test func caseAndDelimiterAreTheTokenizers() throws {
        let vocabulary = #"{"<pad>": 0, "A": 1, "B": 2, "|": 3, "_": 4}"#
        #expect(try tokenizer(vocabulary).text(of: [1, 3, 0, 2]) == "A B")
        #expect(try tokenizer(vocabulary, #"{"do_lower_case": true}"#).text(of: [1, 3, 2]) == "a b")
        let other = try tokenizer(vocabulary, #"{"word_delimiter_token": "_", "replace_word_delimiter_char": "-"}"#)
        #expect(other.text(of: [1, 4, 2, 3]) == "A-B|" && other.delimiterID == 4)
    }

    /// What has no token is written as transformers writes it, and a text without the token between words is one word.
    @Test func missingEntries() throws {
        #expect(try tokenizer(#"{"<pad>": 0, "A": 1}"#).text(of: [1, 7]) == "A<unk>")
        #expect(try tokenizer(#"{"<pad>": 0, "A": 1}"#).delimiterID == nil)
        #expect(try tokenizer(#"{"A": 0}"#, #"{"pad_token": "[PAD]"}"#, added: #"{"[PAD]": 1}"#).blankID == 1)
    }

    @Test(arguments: [
        (#"{"A": 0}"#, "{}", "<pad>"), (#"{"<pad>": 0, "A": 0}"#, "{}", "another token's"),
        (#"{"<pad>": -1}"#, "{}", "<pad>"), (#"{"<pad>": {"A": 1}}"#, "{}", "<pad>"),
        (#"{"<pad>": 99999999}"#, "{}", "<pad>"),
        (#"{"<pad>": 0}"#, #"{"tokenizer_class": "Wav2Vec2PhonemeCTCTokenizer"}"#, "tokenizer_class"),
        (#"{"<pad>": 0}"#, #"{"do_lower_case": "yes"}"#, "do_lower_case"),
    ])
    func whatIsWrongIsNamed(vocabulary: String, settings: String, says: String) throws {
        let error = #expect(throws: FileError.self) { _ = try tokenizer(vocabulary, settings) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }
}
