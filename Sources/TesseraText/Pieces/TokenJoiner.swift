/// How tokens become text: tokenizer.json's `decoder`, a step at a time.
struct TokenJoiner: Sendable {
    /// What is done to the list of tokens.
    enum Step: Sendable {
        /// Characters of `ByteAlphabet` become the bytes that they spell.
        case byteLevel
        /// `<0x0A>` becomes its byte.
        case byteFallback
        case fuse
        case replace(TextPattern, [UInt8])
        case strip(Unicode.Scalar, start: Int, end: Int)
        /// The symbol becomes a space, save in the first token where encoding puts it there.
        case metaspace([UInt8], dropsFirst: Bool)
        case wordPiece(continuation: [UInt8], cleans: Bool)
        /// `</w>` becomes a space behind all tokens but the last.
        case ending([UInt8])
    }

    /// Nil where there is no decoder: tokens are joined with spaces between.
    let steps: [Step]?
    /// What becomes a space in the text that the steps leave, whose own spaces at either end are left out.
    var ending: [UInt8] = []
    /// Whether spaces before punctuation are left out at last.
    var cleans = false

    func text(of tokens: [ArraySlice<UInt8>]) -> String {
        var parts = tokens
        for step in steps ?? [] { step.apply(to: &parts) }
        let space = [UInt8(ascii: " ")]
        let joined = Array(parts.joined(separator: steps == nil ? space : []))
        let spaced = ending.isEmpty ? joined : joined.replacing(.literal(ending), with: space)
        let text = String(decoding: spaced, as: UTF8.self)
        let trimmed = ending.isEmpty ? text : text.trimmed
        return cleans ? trimmed.withoutSpacesBeforePunctuation : trimmed
    }
}

extension TokenJoiner.Step {
    fileprivate func apply(to parts: inout [ArraySlice<UInt8>]) {
        switch self {
        case .byteLevel:
            let bytes = parts.flatMap { ByteAlphabet.bytes(of: $0) ?? Array($0) }
            parts = [Array(String(decoding: bytes, as: UTF8.self).utf8)[...]]
        case .byteFallback: parts = Self.withBytes(parts)
        case .fuse: parts = [Array(parts.joined())[...]]
        case .replace(let pattern, let content):
            for index in parts.indices { parts[index] = Array(parts[index]).replacing(pattern, with: content)[...] }
        case .strip(let scalar, let start, let end):
            let bytes = Array(UTF8.encode(scalar).unsafelyUnwrapped)
            for index in parts.indices { parts[index] = Self.stripped(parts[index], bytes, start, end) }
        case .metaspace(let symbol, let dropsFirst):
            for index in parts.indices {
                let space = index == 0 && dropsFirst ? [] : [UInt8(ascii: " ")]
                parts[index] = Array(parts[index]).replacing(.literal(symbol), with: space)[...]
            }
        case .wordPiece(let continuation, let cleans):
            for index in parts.indices { Self.joinPiece(&parts[index], index, continuation, cleans) }
        case .ending(let mark):
            for index in parts.indices {
                let space = index == parts.count - 1 ? [] : [UInt8(ascii: " ")]
                parts[index] = Array(parts[index]).replacing(.literal(mark), with: space)[...]
            }
        }
    }

    private static func stripped(
        _ part: ArraySlice<UInt8>, _ bytes: [UInt8], _ start: Int, _ end: Int
    ) -> ArraySlice<UInt8> {
        var part = part
        for _ in 0..<start where part.starts(with: bytes) { part = part.dropFirst(bytes.count) }
        for _ in 0..<end where part.suffix(bytes.count).elementsEqual(bytes) { part = part.dropLast(bytes.count) }
        return part
    }

    private static func joinPiece(
        _ part: inout ArraySlice<UInt8>, _ index: Int, _ continuation: [UInt8], _ cleans: Bool
    ) {
        if index > 0 {
            part = part.starts(with: continuation) ? part.dropFirst(continuation.count) : [UInt8(ascii: " ")] + part
        }
        if cleans { part = Array(String(decoding: part, as: UTF8.self).withoutSpacesBeforePunctuation.utf8)[...] }
    }

    /// Runs of bytes as the characters that they spell, or else U+FFFD for each.
    private static func withBytes(_ parts: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        var (result, run): ([ArraySlice<UInt8>], [UInt8]) = ([], [])
        func endRun() {
            if String(validating: run, as: UTF8.self) != nil {
                if !run.isEmpty { result.append(run[...]) }
            } else {
                result += run.map { _ in Array("\u{FFFD}".utf8)[...] }
            }
            run = []
        }
        for part in parts {
            if let byte = UnigramModel.byte(named: part) {
                run.append(byte)
            } else {
                endRun()
                result.append(part)
            }
        }
        endRun()
        return result
    }
}
