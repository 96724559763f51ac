/// Sound that is decoded again as it grows, and what is certain of it.
struct GrowingWindow: Sendable {
    /// Where it begins, in samples.
    var start: Int
    /// Where the sound ended that was last decoded, or before which nothing is to be decoded any more.
    var decodedEnd: Int
    /// Whether that was decoded, with a text that is no doubtful one.
    var isDecoded = false
    var agreement: LocalAgreement

    /// - Parameters:
    ///   - start: in samples.
    ///   - end: when the last word before it ended, in seconds.
    init(start: Int, after end: Double) {
        (self.start, decodedEnd) = (start, start)
        agreement = LocalAgreement(after: end)
    }
}

/// What somebody is saying.
struct OpenUtterance: Sendable {
    /// When it began, in seconds.
    let start: Double
    /// The words that were committed.
    var words: [TranscribedWord] = []
    /// What was shown as tentative.
    private(set) var shown: [TranscribedWord] = []

    init(start: Double) { self.start = start }

    /// What is news: words that are certain now, and what is behind them where it is not what was shown.
    mutating func updates(_ committed: [TranscribedWord], behind tentative: [TranscribedWord]) -> [LiveUpdate] {
        words += committed
        var updates: [LiveUpdate] = committed.isEmpty ? [] : [.committed(committed)]
        // What is committed takes away what was tentative.
        if tentative != (committed.isEmpty ? shown : []) { updates.append(.tentative(tentative)) }
        shown = tentative
        return updates
    }
}
