/// The special tokens of a Whisper and their ids, which follow the ordinary ones in an order of their own (`get_tokenizer` of
/// openai/whisper).
struct WhisperSpecialTokens: Sendable {
    /// How many ordinary tokens there are: the id of the first special one.
    let ordinaryCount: Int
    let languages: [String]
    let isMultilingual: Bool

    /// All but the languages and the timestamps: 20 ms apart, from 0 to 30 s.
    private static let otherCount = 8
    private static let timestampCount = 1501

    /// - Parameters:
    ///   - vocabularySize: the rows of the table of tokens.
    ///   - ordinaryCount: how many ordinary tokens the vocabulary has, where that is known.
    /// - Returns: nil where there is no room for the special tokens.
    init?(vocabularySize: Int, ordinaryCount known: Int? = nil) {
        // Cantonese came with large-v3.
        let rest = vocabularySize - WhisperSpecialTokens.otherCount - WhisperSpecialTokens.timestampCount
        let hasAll = known.map { $0 == rest - 100 } ?? (vocabularySize == 51_866)
        languages = Array(WhisperSpecialTokens.codes.prefix(hasAll ? 100 : 99))
        ordinaryCount = rest - languages.count
        // Those for English alone know one token less, as openai/whisper tells them apart.
        isMultilingual = vocabularySize != 51_864
        guard ordinaryCount > 0 else { return nil }
    }

    var endOfText: Int { ordinaryCount }
    var startOfTranscript: Int { ordinaryCount + 1 }
    var firstLanguage: Int { ordinaryCount + 2 }
    var translate: Int { firstLanguage + languages.count }
    var transcribe: Int { translate + 1 }
    var startOfLanguageModel: Int { translate + 2 }
    var startOfPrevious: Int { translate + 3 }
    var noSpeech: Int { translate + 4 }
    var noTimestamps: Int { translate + 5 }

    /// Their names with their ids.
    var all: [(name: String, id: Int)] {
        var names = ["<|endoftext|>", "<|startoftranscript|>"] + languages.map { "<|\($0)|>" }
        names += ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"].map { "<|\($0)|>" }
        names += (0..<WhisperSpecialTokens.timestampCount).map { index in
            let hundredths = index * 2 % 100
            return "<|\(index * 2 / 100).\(hundredths < 10 ? "0" : "")\(hundredths)|>"
        }
        return names.enumerated().map { ($0.element, ordinaryCount + $0.offset) }
    }

    /// In the order of their tokens.
    private static let codes = """
        en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa \
        lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn \
        mt sa lb my bo tl mg as tt haw ln ha ba jw su yue
        """.split(separator: " ").map(String.init)
}
