internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

/// An encoder of text with its tokenizer: what the classes of this module have in common.
struct TextModel: Sendable {
    let encoder: TextEncoder
    let tokenizer: any TextTokenizer
    /// Longer texts lose their ends, in tokens.
    let tokenLimit: Int
    /// What the model's folder is called, for errors.
    let name: String
    let threads: Threads
    private let gathering = Gathering<Bool, [EncodedText], Tensor>()

    /// - Parameters:
    ///   - isEncoderAlone: whether a head, whatever it is, is left out.
    ///   - tokenLimit: where something says it that goes before tokenizer_config.json.
    /// - Throws: `FileError` naming the file and the key or tensor.
    init(
        _ folder: ModelFolder, _ precision: Precision, allowNonFinite: Bool, threads: Threads,
        isEncoderAlone: Bool = false, tokenLimit: Int? = nil
    ) throws(FileError) {
        (name, self.threads) = (folder.name, threads)
        let config = try folder.read("config.json")
        let family = try textEncoderFamilies.family(of: config, acceptsAnyClass: isEncoderAlone)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        encoder = try threads.run { () throws(FileError) in
            isEncoderAlone
                ? try family.loadEncoder(config, checkpoint, precision) : try family.load(config, checkpoint, precision)
        }
        tokenizer = try folder.textTokenizer(vocabularySize: encoder.configuration.vocabularySize, config)
        let contextLength = encoder.configuration.contextLength
        self.tokenLimit = min(tokenLimit ?? tokenizer.tokenLimit ?? contextLength, contextLength)
    }

    /// As many tokens as are asked for, and no more than the model's context.
    func limit(_ asked: Int) -> Int { min(asked, encoder.configuration.contextLength) }

    /// The tokens of a text, or of a pair, cut where it is too long.
    ///
    /// - Throws: `FileError` where the tokenizer has no way to join pairs.
    func encode(_ text: String, pair: String? = nil, limit: Int?) throws(FileError) -> EncodedText {
        guard let encoded = tokenizer.encode(text, pair: pair, limit: self.limit(limit ?? tokenLimit)) else {
            throw FileError(.badData, path: name, cause: "its tokenizer does not join two texts")
        }
        return encoded
    }

    /// What `body` makes of texts, some at a time, those of like length together.
    ///
    /// - Parameter body: makes as many numbers of each text, `[texts, …]`.
    /// - Returns: for each text, in their order, `[1, …]`.
    /// - Throws: `FileError` where the model does not know a mark of the tokenizer's; `CancellationError` when the task is cancelled.
    func outputs(of texts: [EncodedText], _ body: ([EncodedText]) -> Tensor) throws -> [Tensor] {
        try checkTypes(of: texts)
        let order = texts.indices.sorted { (texts[$0].count, $0) < (texts[$1].count, $1) }
        var outputs = [Tensor](repeating: Tensor(shape: [0], repeating: 0), count: texts.count)
        try threads.run {
            for part in parts(of: order, texts) {
                let some = part.map { texts[$0] }
                let result = try Cancellation.endingEarly {
                    gathering.takeTurn(
                        some, true, size: part.count * (some.last?.count ?? 1), limit: TextModel.tokensAtOnce
                    ) {
                        TextModel.outputs(of: $0, body)
                    }
                }
                for (row, index) in part.enumerated() { outputs[index] = result.rows(row..<row + 1) }
            }
        }
        return outputs
    }

    /// The same for texts that are read in windows: of each text its windows' outputs.
    ///
    /// - Throws: as for texts that are read at once.
    func outputs(ofWindows windows: [[EncodedText]], _ body: ([EncodedText]) -> Tensor) throws -> [[Tensor]] {
        var rest = try outputs(of: windows.flatMap(\.self), body)[...]
        return windows.map { windows in
            defer { rest = rest.dropFirst(windows.count) }
            return Array(rest.prefix(windows.count))
        }
    }

    /// A tokenizer may mark second texts for which the model has no mark.
    func checkTypes(of texts: [EncodedText]) throws(FileError) {
        let count = encoder.configuration.typeCount
        guard count > 0, texts.contains(where: { $0.typeIDs.contains { $0 >= count } }) else { return }
        throw FileError(
            .badData, path: name, cause: "its tokenizer marks second texts, for which type_vocab_size has no room")
    }

    /// What leaves the encoder, for each text `[tokens, hidden]`; some texts at a time, those of like length together.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func states(of texts: [EncodedText]) throws -> [Tensor] {
        let hidden = encoder.configuration.block.hiddenSize
        return try zip(texts, outputs(of: texts) { encoder.states(of: $0) }).map { text, states in
            states.reshaped([states.count / hidden, hidden]).rows(0..<text.count)
        }
    }

    /// How many tokens pass the model together: more make it no faster.
    private static let tokensAtOnce = 1024

    private func parts(of order: [Int], _ texts: [EncodedText]) -> [[Int]] {
        var parts: [[Int]] = []
        for index in order {
            if let count = parts.last?.count, (count + 1) * texts[index].count <= TextModel.tokensAtOnce {
                parts[parts.count - 1].append(index)
            } else {
                parts.append([index])
            }
        }
        return parts
    }

    private static func outputs(of callers: [[EncodedText]], _ body: ([EncodedText]) -> Tensor) -> [Tensor] {
        let texts = callers.flatMap(\.self)
        BatchSizes.tell(texts.count, of: "texts")
        let rows = body(texts)
        var start = 0
        return callers.map { texts in
            defer { start += texts.count }
            return rows.rows(start..<start + texts.count)
        }
    }
}

extension [Unicode.Scalar] {
    /// What stands at some of its places.
    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: self[range])
        return String(text)
    }
}
