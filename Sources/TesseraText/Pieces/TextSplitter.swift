/// How a text is cut into parts that no token crosses: tokenizer.json's `pre_tokenizer`, a step at a time.
enum TextSplitter: Sendable {
    /// At what a pattern finds.
    case pattern(TextPattern, SplitBehavior)
    /// Spaces become a symbol, which parts may begin with.
    case metaspace(Metaspace)
    /// Parts are spelled by bytes: what is left of it here is a space before each part that has none, and GPT-2's words.
    case byteLevel(addsPrefixSpace: Bool, splitsWords: Bool)

    /// What `Metaspace` asks for.
    struct Metaspace: Sendable {
        /// Which parts are given a symbol where they have none.
        enum Prefix: String, Sendable { case always, first, never }

        let symbol: [UInt8]
        let prefix: Prefix
        let splits: Bool
    }

    /// Cuts the parts of a text further, or changes it so that they lie elsewhere.
    func apply(to text: inout AlignedText, _ parts: inout [Range<Int>]) {
        switch self {
        case .pattern(let pattern, let behavior): parts = behavior.cut(parts, of: text.bytes, at: pattern)
        case .metaspace(let metaspace): metaspace.apply(to: &text, &parts)
        case .byteLevel(let addsPrefixSpace, let splitsWords):
            if addsPrefixSpace {
                let bytes = text.bytes
                text.prepend([UInt8(ascii: " ")], to: &parts) { bytes[$0.lowerBound] != UInt8(ascii: " ") }
            }
            if splitsWords { parts = SplitBehavior.isolated.cut(parts, of: text.bytes, at: .words) }
        }
    }
}

extension TextSplitter.Metaspace {
    fileprivate func apply(to text: inout AlignedText, _ parts: inout [Range<Int>]) {
        text.replace(UInt8(ascii: " "), with: symbol, in: &parts)
        if prefix != .never {
            let (bytes, current) = (text.bytes, text)
            text.prepend(symbol, to: &parts) { part in
                !bytes[part].starts(with: symbol) && (prefix == .always || current.range(of: part).lowerBound == 0)
            }
        }
        if splits { parts = SplitBehavior.mergedWithNext.cut(parts, of: text.bytes, at: .literal(symbol)) }
    }
}

/// What becomes of the matches where a text is cut at them, by the names of tokenizer.json.
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
    /// What lies between matches is removed.
    case onlyMatches = ""

    /// The parts that parts fall into; none is empty.
    func cut(_ parts: [Range<Int>], of text: [UInt8], at pattern: TextPattern) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for part in parts {
            let start = result.count
            var isLastMatch = false
            func add(_ range: Range<Int>, isMatch: Bool) {
                defer { isLastMatch = isMatch }
                guard !range.isEmpty, isMatch ? self != .removed : self != .onlyMatches else { return }
                if joins(isMatch, isLastMatch), result.count > start {
                    result[result.count - 1] = result[result.count - 1].lowerBound..<range.upperBound
                } else {
                    result.append(range)
                }
            }
            var end = part.lowerBound
            pattern.forEachMatch(in: text, part) { match in
                if end < match.lowerBound { add(end..<match.lowerBound, isMatch: false) }
                add(match, isMatch: true)
                end = match.upperBound
            }
            if end < part.upperBound { add(end..<part.upperBound, isMatch: false) }
        }
        return result
    }

    /// Whether a stretch belongs to the one before.
    private func joins(_ isMatch: Bool, _ isLastMatch: Bool) -> Bool {
        switch self {
        case .removed, .isolated, .onlyMatches: false
        case .contiguous: isMatch == isLastMatch
        case .mergedWithPrevious: isMatch && !isLastMatch
        case .mergedWithNext: !isMatch && isLastMatch
        }
    }
}
