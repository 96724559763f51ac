internal import TesseraFiles
internal import TesseraText

/// The tokens of a Whisper vocabulary that steer it; their ids come from the checkpoint's files.
struct WhisperVocabulary: Sendable {
    let tokenizer: Tokenizer
    let endOfText, startOfTranscript: Int32
    /// Says that no timestamps follow.
    let noTimestamps: Int32
    /// Comes before text of the window before.
    let startOfPrevious: Int32?
    /// `<|startoflm|>`, which the models were trained without.
    private let startOfModel: Int32?
    let noSpeech: Int32?
    /// `<|0.00|>`; the later ones follow it, 20 ms apart.
    let firstTimestamp: Int32
    let transcribe, translate: Int32?
    /// By language code, in the order of their ids.
    let languages: [(code: String, id: Int32)]
    /// What the checkpoint never chooses.
    private let suppressed: [Int32]
    let suppressedAtFirst: [Int32]
    /// Where attention follows the words: (layer, head); nil where the checkpoint does not say.
    let alignmentHeads: [(layer: Int, head: Int)]?
    let maximumInitialTimestamp: Int

    var isMultilingual: Bool { !languages.isEmpty }

    /// The tokens that every transcript begins with: start, language, task.
    ///
    /// - Parameter language: its token; nil for models that know none.
    func startSequence(language: Int32?, task: TranscriptionOptions.Task) -> [Int32] {
        guard let language else { return [startOfTranscript] }
        return [startOfTranscript, language] + ((task == .translate ? translate : transcribe).map { [$0] } ?? [])
    }

    /// The tokens that are never chosen, where -1 stands for the checkpoint's, and those that steer it; none where none is named.
    func suppressed(_ tokens: [Int32]) -> [Int32] {
        guard !tokens.isEmpty, tokens != [-1] else { return tokens.isEmpty ? [] : suppressed }
        let controls = [transcribe, translate, startOfTranscript, startOfPrevious, startOfModel, noSpeech]
        return tokens.filter { $0 >= 0 } + (tokens.contains(-1) ? suppressed : []) + controls.compactMap(\.self)
    }

    func isTimestamp(_ token: Int32) -> Bool { token >= firstTimestamp }

    /// The text of tokens, without timestamps; other special tokens that were written down among them are shown, as
    /// openai/whisper does, whose tests of a text see them.
    func text(_ tokens: some Sequence<Int32>) -> String {
        tokenizer.decode(tokens.filter { $0 < firstTimestamp }, skippingSpecialTokens: false)
    }

    /// The text of segments, without timestamps and special tokens.
    func text(of segments: [TranscribedSegment]) -> String {
        text(segments.flatMap(\.tokens).filter { $0 < endOfText })
    }

    /// The initial prompt of the options; empty where there is none.
    func promptTokens(_ options: TranscriptionOptions) -> [Int32] {
        tokens(ofPrompt: options.initialPrompt ?? "")
    }

    /// The tokens of text that goes before; empty where there is none.
    func tokens(ofPrompt text: String) -> [Int32] {
        let prompt = text.trimmed
        return prompt.isEmpty ? [] : tokenizer.encode(" " + prompt, recognisingAddedTokens: false)
    }

    /// - Throws: `FileError` naming the file and the key.
    init(_ folder: SpeechFolder, _ configuration: SpeechConfiguration) throws(FileError) {
        let generation = folder.generation
        tokenizer = try Tokenizer(folder.files)
        try folder.check(tokenCount: tokenizer.count, vocabularySize: configuration.decoder.vocabularySize)
        guard configuration.decoder.contextLength >= 8 else {
            throw folder.config.error("max_target_positions", "leaves no room for text: it must be at least 8")
        }
        let ids = 0...configuration.decoder.vocabularySize - 1
        let tokenizer = tokenizer
        func token(_ key: String, _ text: String) throws(FileError) -> Int32? {
            if generation.contains(key) { return Int32(try generation.integer(key, in: ids)) }
            return tokenizer.id(of: text)
        }
        func list(_ key: String, default: [Int32]) throws(FileError) -> [Int32] {
            let source = folder.source(of: key)
            guard let numbers = try source.numbers(key) else { return `default` }
            let known = numbers.compactMap(Int32.init(exactly:)).filter { ids.contains(Int($0)) }
            guard known.count == numbers.count else {
                throw source.error(key, "holds an id outside the vocabulary")
            }
            return known
        }
        guard let end = try token("eos_token_id", "<|endoftext|>"),
            let start = try token("decoder_start_token_id", "<|startoftranscript|>")
        else { throw generation.error("decoder_start_token_id", "the ids to begin and end with are not known") }
        guard let noTimestamps = try token("no_timestamps_token_id", "<|notimestamps|>") else {
            throw generation.error("no_timestamps_token_id", "is missing, and the tokenizer has no <|notimestamps|>")
        }
        (endOfText, startOfTranscript, self.noTimestamps) = (end, start, noTimestamps)
        startOfPrevious = try token("prev_sot_token_id", "<|startofprev|>")
        startOfModel = tokenizer.id(of: "<|startoflm|>")
        noSpeech = tokenizer.id(of: "<|nospeech|>") ?? tokenizer.id(of: "<|nocaptions|>")
        firstTimestamp = tokenizer.id(of: "<|0.00|>") ?? noTimestamps + 1
        let tasks = try generation.object("task_to_id")
        func task(_ name: String) throws(FileError) -> Int32? {
            if let tasks, tasks.contains(name) { return Int32(try tasks.integer(name, in: ids)) }
            return tokenizer.id(of: "<|\(name)|>")
        }
        transcribe = try task("transcribe")
        translate = try task("translate")
        languages = try WhisperLanguages(
            folder, tokenizer, startOfTranscript: start, tasks: [transcribe, translate].compactMap(\.self), ids: ids
        ).list
        suppressed = try list("suppress_tokens", default: [])
        suppressedAtFirst = try list("begin_suppress_tokens", default: [end])
        alignmentHeads = try WhisperVocabulary.alignmentHeads(generation, configuration)
        maximumInitialTimestamp = try generation.integer("max_initial_timestamp_index", in: 0...1_000_000, default: 50)
    }

    private static func alignmentHeads(
        _ generation: JSONObject, _ configuration: SpeechConfiguration
    ) throws(FileError) -> [(layer: Int, head: Int)]? {
        guard case .array(let pairs)? = generation.value("alignment_heads") else { return nil }
        let (layers, heads) = (configuration.decoder.layerCount, configuration.decoder.block.headCount)
        var result: [(layer: Int, head: Int)] = []
        for pair in pairs {
            guard case .array(let numbers) = pair, numbers.count == 2, case .number(let layer) = numbers[0],
                case .number(let head) = numbers[1], let layer = layer.wholeNumber, let head = head.wholeNumber,
                (0..<layers).contains(layer), (0..<heads).contains(head)
            else { throw generation.error("alignment_heads", "names a head that the model does not have") }
            result.append((layer, head))
        }
        return result.isEmpty ? nil : result
    }
}
