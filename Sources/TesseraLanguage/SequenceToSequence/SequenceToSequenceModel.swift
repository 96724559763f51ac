package import TesseraFiles
internal import TesseraLayers
package import TesseraTensor
internal import TesseraText
package import TesseraTransformer

/// An encoder-decoder with its tokenizer: what reads a text and writes another.
package struct SequenceToSequenceModel: Sendable {
    package let network: EncoderDecoder
    let tokenizer: any TextTokenizer
    /// What the folder says of how texts are generated.
    package let settings: GenerationSettings
    /// Longer texts lose their ends, in tokens.
    let tokenLimit: Int
    /// What the model's folder is called, for errors.
    let name: String
    /// What the settings say of a task, under the task's name; nil where they say nothing.
    let tasks: JSONObject?
    let threads: Threads

    /// - Throws: `FileError` naming the file and the key or tensor.
    package init(
        _ folder: ModelFolder, _ precision: Precision, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        (name, self.threads) = (folder.name, threads)
        network = try threads.run { () throws(FileError) in
            try SequenceToSequenceModel.network(folder, precision, allowNonFinite: allowNonFinite)
        }
        let config = try folder.read("config.json")
        let vocabularySize = network.decoder.vocabularySize
        tokenizer = try folder.textTokenizer(vocabularySize: vocabularySize, config)
        settings = try GenerationSettings(folder, vocabularySize: vocabularySize)
        guard settings.startToken != nil else {
            throw config.error("decoder_start_token_id", "it must say what a text begins with")
        }
        tasks = try config.object("task_specific_params")
        tokenLimit = min(tokenizer.tokenLimit ?? 512, network.decoder.contextLength)
    }

    /// The layers of a model's folder, ready to be run.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    package static func network(
        _ folder: ModelFolder, _ precision: Precision, allowNonFinite: Bool = false
    ) throws(FileError) -> EncoderDecoder {
        let config = try folder.read("config.json")
        let family = try sequenceToSequenceFamilies.family(of: config)
        return try family.load(config, try Checkpoint(folder, allowNonFinite: allowNonFinite), precision)
    }

    /// Reads texts and writes what the model makes of them, some at a time, those of like length together.
    ///
    /// - Parameter limit: how many tokens of a text are read; never more than the model's context.
    /// - Returns: of each text, in their order.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func write(_ texts: [String], _ settings: GenerationSettings, limit: Int? = nil) throws -> [GeneratedText] {
        let limit = min(limit ?? tokenLimit, network.decoder.contextLength)
        let read = texts.map { tokenizer.encode($0, limit: limit) ?? EncodedText() }
        let order = texts.indices.sorted { (read[$0].count, $0) < (read[$1].count, $1) }
        var written = [GeneratedText?](repeating: nil, count: texts.count)
        try threads.run {
            for part in parts(of: order, read, beamCount: settings.beamCount) {
                let found: [FoundSequence] = try Cancellation.endingEarly {
                    best(
                        for: part.map { read[$0].ids }, settings,
                        random: part.map(RandomGenerator(seed: settings.seed).part))
                }
                for (index, found) in zip(part, found) {
                    written[index] = text(found, settings, isTruncated: read[index].isTruncated)
                }
            }
        }
        return written.map { $0! }
    }

    /// How many sequences are written together: more make it no faster.
    private static let sequencesAtOnce = 64
    /// How many tokens are read together.
    private static let tokensAtOnce = 2048

    /// How many tokens are written at most where neither settings nor model say it: a T5 was trained with no more.
    private static let usualLimit = 512

    private func parts(of order: [Int], _ texts: [EncodedText], beamCount: Int) -> [[Int]] {
        var parts: [[Int]] = []
        for index in order {
            if let count = parts.last?.count, (count + 1) * texts[index].count <= Self.tokensAtOnce,
                (count + 1) * beamCount <= Self.sequencesAtOnce
            {
                parts[parts.count - 1].append(index)
            } else {
                parts.append([index])
            }
        }
        return parts
    }

    /// The best sequence for each text.
    ///
    /// - Parameter random: what each is drawn with, so that none depends on those that are read with it.
    private func best(
        for texts: [[Int32]], _ settings: GenerationSettings, random: [RandomGenerator]
    ) -> [FoundSequence] {
        let decoder = network.decoder
        var cache = encoded(texts)
        let prompt = [settings.startToken ?? 0]
        let asked = settings.limit(prompt: prompt.count, context: decoder.contextLength)
        let limit = asked == .max ? Self.usualLimit : asked
        let logits = decoder.nextLogits(after: texts.map { _ in prompt }, cache: &cache)
        guard settings.beamCount > 1 else {
            return decoder.generate(
                from: logits, cache: &cache,
                search: Sampling(
                    endTokens: settings.endTokens, settings.isSampling ? settings.sampling : .greedy, random: random,
                    keepsLogProbabilities: false),
                filters: settings.filters(prompt: prompt, limit: limit), limit: limit,
                isCancelled: { Cancellation.isDue })
        }
        let search = settings.beamSearch(prompt: prompt, limit: limit)
        return decoder.generate(
            from: logits, cache: &cache, searches: texts.map { _ in search }, limit: limit,
            isCancelled: { Cancellation.isDue }
        ).map { $0[0] }
    }

    /// A cache that holds the texts' encodings and no token.
    func encoded(_ texts: [[Int32]]) -> KeyValueCache {
        let read = PaddedTokens(texts)
        let memory = Threads.takeTurn { network.encoded(read.ids, valid: read.valid) }
        return network.decoder.makeCache(memory: memory, valid: read.valid)
    }

    private func text(_ found: FoundSequence, _ settings: GenerationSettings, isTruncated: Bool) -> GeneratedText {
        GeneratedText(
            text: tokenizer.decode(found.tokens), tokens: found.tokens + (found.endToken.map { [$0] } ?? []),
            score: settings.beamCount > 1 ? found.score(lengthPenalty: settings.lengthPenalty) : nil,
            isTruncated: isTruncated)
    }
}
