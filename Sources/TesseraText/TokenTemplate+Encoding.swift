extension TokenTemplate {
    /// What becomes of texts' tokens: cut to a limit, and with those around them.
    ///
    /// - Parameter finish: what is done to each text behind the cutting.
    /// - Returns: nil where there is no template for pairs, or the text that is to give way is not long enough.
    func encoded(
        _ first: EncodedText, _ second: EncodedText?, limit: Int?, _ truncation: TruncationStrategy,
        finish: (EncodedText, _ isSecond: Bool) -> EncodedText = { tokens, _ in tokens }
    ) -> EncodedText? {
        var (first, second) = (first, second)
        if let limit {
            let room = limit - addedCount(isPair: second != nil)
            guard room >= 0, truncation.truncate(&first, &second, to: room) else { return nil }
        }
        return filled(finish(first, false), second.map { finish($0, true) })
    }

    /// A text's tokens in windows that overlap, each with those around it.
    ///
    /// - Parameters:
    ///   - first: what stands before each window, whole.
    ///   - finish: what is done to each text behind the cutting.
    /// - Returns: one window at least; none where there is no room, or no template for pairs.
    func windows(
        of tokens: EncodedText, behind first: EncodedText?, limit: Int, stride step: Int,
        finish: (EncodedText, _ isSecond: Bool) -> EncodedText = { tokens, _ in tokens }
    ) -> [EncodedText] {
        let room = limit - addedCount(isPair: first != nil) - (first?.count ?? 0)
        guard room > 0 else { return [] }
        let question = first.map { finish($0, false) }
        var windows: [EncodedText] = []
        var start = 0
        while windows.isEmpty || start < tokens.count {
            let end = min(start + room, tokens.count)
            let part = finish(tokens.tokens(start..<end), first != nil)
            guard let window = question.map({ filled($0, part) }) ?? filled(part, nil) else { return [] }
            windows.append(window)
            if end == tokens.count { break }
            start += max(1, room - step)
        }
        return windows
    }
}
