internal import TesseraFiles
internal import TesseraText

/// The languages that a Whisper knows, with their tokens, in the order of their ids; none of one for English alone.
///
/// They stand in generation_config.json's `lang_to_id`. Checkpoints that were saved by older programs, or fine-tuned, often
/// lack it or the whole file; the tokens are in the tokenizer all the same, between `<|startoftranscript|>` and the tasks.
struct WhisperLanguages {
    let list: [(code: String, id: Int32)]

    /// - Parameter ids: those of the vocabulary.
    /// - Throws: `FileError` naming the key, also where a model is said to know languages and none is found.
    init(
        _ folder: SpeechFolder, _ tokenizer: Tokenizer, startOfTranscript: Int32, tasks: [Int32],
        ids: ClosedRange<Int>
    ) throws(FileError) {
        let key = "is_multilingual"
        let source = folder.source(of: key)
        let isSaid = source.contains(key)
        if isSaid, !(try source.boolean(key)) {
            list = []
            return
        }
        var found = try WhisperLanguages.table(folder.source(of: "lang_to_id"), ids)
        if found.isEmpty {
            let spoken = WhisperLanguages.spelled(tokenizer, from: startOfTranscript, tasks)
            found = isSaid || WhisperLanguages.isLikelyMultilingual(folder, spoken, ids) ? spoken : []
        }
        guard !found.isEmpty || !isSaid else {
            throw folder.generation.error("lang_to_id", "is missing, and the tokenizer has no tokens of languages")
        }
        list = found.sorted { $0.id < $1.id }
    }

    private static func table(
        _ generation: JSONObject, _ ids: ClosedRange<Int>
    ) throws(FileError) -> [(code: String, id: Int32)] {
        guard let table = try generation.object("lang_to_id") else { return [] }
        var languages: [(code: String, id: Int32)] = []
        for key in table.keys { languages.append((code(of: key) ?? key, Int32(try table.integer(key, in: ids)))) }
        return languages
    }

    /// `<|en|>`, `<|haw|>`: two or three letters each.
    private static func spelled(
        _ tokenizer: Tokenizer, from start: Int32, _ tasks: [Int32]
    ) -> [(code: String, id: Int32)] {
        guard let end = tasks.filter({ $0 > start }).min() else { return [] }
        return (start + 1..<end).compactMap { id in
            guard let bytes = tokenizer.bytes(of: id), let code = code(of: String(decoding: bytes, as: UTF8.self)),
                (2...3).contains(code.utf8.count), code.unicodeScalars.allSatisfy({ ("a"..."z").contains($0) })
            else { return nil }
            return (code, id)
        }
    }

    /// `en` of `<|en|>`.
    private static func code(of token: String) -> String? {
        guard token.hasPrefix("<|"), token.hasSuffix("|>"), token.utf8.count > 4 else { return nil }
        return String(token.dropFirst(2).dropLast(2))
    }

    /// The tokenizers of models for English alone have the tokens of languages too. Such a model is known by the prompt that
    /// older configurations force, which names no language, or by the size of its vocabulary, as openai/whisper knows it.
    private static func isLikelyMultilingual(
        _ folder: SpeechFolder, _ languages: [(code: String, id: Int32)], _ ids: ClosedRange<Int>
    ) -> Bool {
        let key = "forced_decoder_ids"
        if case .array(let pairs)? = folder.source(of: key).value(key), case .array(let first)? = pairs.first,
            first.count == 2
        {
            guard case .number(let number) = first[1] else { return true }
            return languages.contains { Int($0.id) == number.wholeNumber }
        }
        return ids.count != englishVocabularySize
    }

    private static let englishVocabularySize = 51_864
}
