internal import TesseraFiles

extension TokenJoiner {
    /// tokenizer.json's `decoder`.
    ///
    /// - Throws: `FileError.badData` naming the kind that is not known, or what is wrong with a step.
    init(_ file: JSONObject) throws(FileError) {
        guard file.contains("decoder") else {
            self.init(steps: nil)
            return
        }
        var steps: [Step] = []
        for step in try file.steps("decoder", list: "decoders") { steps.append(try Step(step)) }
        self.init(steps: steps)
    }

    /// Whether bytes are spelled.
    var isByteLevel: Bool {
        steps?.contains { if case .byteLevel = $0 { true } else { false } } ?? false
    }
}

extension TokenJoiner.Step {
    fileprivate init(_ step: JSONObject) throws(FileError) {
        let kind = try step.string("type")
        switch kind {
        case "ByteLevel": self = .byteLevel
        case "ByteFallback": self = .byteFallback
        case "Fuse": self = .fuse
        case "Replace": self = .replace(try TextPattern(step), Array(try step.string("content").utf8))
        case "Strip":
            let scalars = try step.string("content").unicodeScalars
            guard let scalar = scalars.first, scalars.count == 1 else {
                throw step.error("content", "it must be one character")
            }
            self = .strip(
                scalar, start: try step.integer("start", in: 0...1000, default: 0),
                end: try step.integer("stop", in: 0...1000, default: 0))
        case "Metaspace":
            let metaspace = try TextSplitter.Metaspace(step)
            self = .metaspace(metaspace.symbol, dropsFirst: metaspace.prefix != .never)
        case "WordPiece":
            self = .wordPiece(
                continuation: Array(try step.string("prefix", default: "##").utf8),
                cleans: try step.boolean("cleanup", default: true))
        case "BPEDecoder":
            let mark = Array(try step.string("suffix", default: "</w>").utf8)
            guard !mark.isEmpty else { throw step.error("suffix", "it is empty") }
            self = .ending(mark)
        default: throw step.error("type", "decoders of type \(kind.quoted) are not supported")
        }
    }
}
