/// What somebody said, between two pauses or two commits.
struct RealtimeItem {
    let id = RealtimeEvents.identifier("item")
    /// When it began, in seconds.
    let start: Double
    /// When it ended; nil while it goes on.
    var end: Double?
    private(set) var text = ""

    init(start: Double) { self.start = start }

    /// Adds words.
    ///
    /// - Returns: what is new in the text.
    mutating func append(_ words: String) -> String {
        let news = text.isEmpty ? String(words.drop(while: \.isWhitespace)) : words
        text += news
        return news
    }
}
