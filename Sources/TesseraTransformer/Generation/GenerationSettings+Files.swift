public import TesseraFiles

extension GenerationSettings {
    /// Reads generation_config.json, or, where there is none, what older folders' config.json says of the same.
    ///
    /// - Parameter vocabularySize: how many ids there are.
    /// - Throws: `FileError` naming the file and the key, also of a setting that would change what is generated and is not supported.
    public init(_ folder: ModelFolder, vocabularySize: Int) throws(FileError) {
        self.init()
        let config = try folder.read("config.json")
        let name = "generation_config.json"
        try read(try folder.contains(name) ? folder.read(name) : config, vocabularySize)
        // The tokens' ids stand in config.json too.
        if startToken == nil { startToken = try config.tokens("decoder_start_token_id", vocabularySize).first }
        if beginToken == nil { beginToken = try config.tokens("bos_token_id", vocabularySize).first }
        if endTokens.isEmpty { endTokens = try config.tokens("eos_token_id", vocabularySize) }
    }

    /// Takes over what a file or a task's part of it says.
    ///
    /// - Throws: `FileError` naming the key.
    public mutating func read(_ file: JSONObject, _ vocabularySize: Int) throws(FileError) {
        try refuseUnsupported(file)
        beamCount = try file.integer("num_beams", in: 1...1_000, default: beamCount)
        lengthPenalty = try file.number("length_penalty", in: -100...100, default: lengthPenalty)
        earlyStopping = try file.earlyStopping() ?? earlyStopping
        unrepeatedNGramSize = try file.integer("no_repeat_ngram_size", in: 0...1_000, default: unrepeatedNGramSize)
        minimumLength = try file.integer("min_length", in: 0...Self.lengthLimit, default: minimumLength)
        minimumNewTokens = try file.integer("min_new_tokens", in: 0...Self.lengthLimit, default: minimumNewTokens)
        if file.contains("max_length") { maximumLength = try file.integer("max_length", in: 2...Self.lengthLimit) }
        if file.contains("max_new_tokens") {
            maximumNewTokens = try file.integer("max_new_tokens", in: 1...Self.lengthLimit)
        }
        renormalizes = try file.boolean("renormalize_logits", default: renormalizes)
        try readSampling(file)
        try readTokens(file, vocabularySize)
    }

    private mutating func readSampling(_ file: JSONObject) throws(FileError) {
        isSampling = try file.boolean("do_sample", default: isSampling)
        guard !isSampling || beamCount == 1 else {
            throw file.error("do_sample", "beams whose tokens are drawn by chance are not supported")
        }
        sampling.temperature = Float(
            try file.number("temperature", in: 1e-6...1e6, default: Double(sampling.temperature)))
        if file.contains("top_k") {
            let topK = try file.integer("top_k", in: 0...Self.lengthLimit)
            sampling.topK = topK == 0 ? nil : topK
        }
        sampling.topP = Float(try file.number("top_p", in: 0...1, default: Double(sampling.topP)))
        sampling.minP = Float(try file.number("min_p", in: 0...1, default: Double(sampling.minP)))
        repetitionPenalty = Float(
            try file.number("repetition_penalty", in: 1e-6...1e6, default: Double(repetitionPenalty)))
        stopTexts = try file.texts("stop_strings") ?? stopTexts
    }

    private mutating func readTokens(_ file: JSONObject, _ vocabularySize: Int) throws(FileError) {
        func tokens(_ key: String, _ known: [Int32]) throws(FileError) -> [Int32] {
            file.contains(key) ? try file.tokens(key, vocabularySize) : known
        }
        forcedFirstToken = try tokens("forced_bos_token_id", forcedFirstToken.map { [$0] } ?? []).first
        forcedLastTokens = try tokens("forced_eos_token_id", forcedLastTokens)
        suppressed = try tokens("suppress_tokens", suppressed)
        suppressedAtFirst = try tokens("begin_suppress_tokens", suppressedAtFirst)
        beginToken = try tokens("bos_token_id", beginToken.map { [$0] } ?? []).first
        startToken = try tokens("decoder_start_token_id", startToken.map { [$0] } ?? []).first
        endTokens = try tokens("eos_token_id", endTokens)
        if file.contains("bad_words_ids") { badWords = try file.runs("bad_words_ids", vocabularySize) }
    }

    private static let lengthLimit = 1 << 24

    /// Settings that change what is generated, with the value at which they do not.
    private static let neutral: [(key: String, value: Double)] = [
        ("num_beam_groups", 1), ("diversity_penalty", 0), ("encoder_repetition_penalty", 1),
        ("encoder_no_repeat_ngram_size", 0), ("guidance_scale", 1), ("num_return_sequences", 1), ("typical_p", 1),
        ("epsilon_cutoff", 0), ("eta_cutoff", 0),
    ]
    private static let absent = [
        "penalty_alpha", "force_words_ids", "constraints", "exponential_decay_length_penalty", "sequence_bias",
        "dola_layers", "watermarking_config", "forced_decoder_ids", "max_time",
        "top_h",
    ]

    private func refuseUnsupported(_ file: JSONObject) throws(FileError) {
        for (key, value) in Self.neutral where try file.number(key, in: -1e9...1e9, default: value) != value {
            throw file.error(key, "is not supported: only \(value) is")
        }
        for key in Self.absent where file.contains(key) { throw file.error(key, "is not supported") }
    }
}

extension JSONObject {
    fileprivate func earlyStopping() throws(FileError) -> LengthPenalizedBeamSearch.EarlyStopping? {
        switch value("early_stopping") {
        case nil, .null: return nil
        case .boolean(let stops): return stops ? .always : .whenUnlikely
        case .string("never"): return .never
        default: throw error("early_stopping", "it must be true, false or \"never\"")
        }
    }

    /// The ids under `key`: one, a list, or none where it is absent.
    fileprivate func tokens(_ key: String, _ vocabularySize: Int) throws(FileError) -> [Int32] {
        guard contains(key), let value = value(key) else { return [] }
        return try tokens(value, key, vocabularySize)
    }

    /// The texts under `key`: one, or a list; nil where it is absent.
    fileprivate func texts(_ key: String) throws(FileError) -> [String]? {
        switch value(key) {
        case nil, .null: return nil
        case .string(let text): return [text]
        case .array(let values):
            let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
            guard texts.count == values.count else { throw error(key, "it must hold texts") }
            return texts
        default: throw error(key, "it must hold texts")
        }
    }

    fileprivate func runs(_ key: String, _ vocabularySize: Int) throws(FileError) -> [[Int32]] {
        guard contains(key) else { return [] }
        guard case .array(let runs)? = value(key) else { throw error(key, "it must be a list of lists of ids") }
        var result: [[Int32]] = []
        for run in runs {
            let tokens = try tokens(run, key, vocabularySize)
            guard !tokens.isEmpty else { throw error(key, "a list of ids is empty") }
            result.append(tokens)
        }
        return result
    }

    private func tokens(_ value: JSONValue, _ key: String, _ vocabularySize: Int) throws(FileError) -> [Int32] {
        let values = if case .array(let values) = value { values } else { [value] }
        var tokens: [Int32] = []
        for value in values {
            guard case .number(let number) = value, let id = number.wholeNumber, (0..<vocabularySize).contains(id)
            else {
                throw error(key, "it must hold ids of tokens, from 0 to \(vocabularySize - 1)")
            }
            tokens.append(Int32(id))
        }
        return tokens
    }
}
