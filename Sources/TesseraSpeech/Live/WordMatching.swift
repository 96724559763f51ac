/// Finds the words that are certain in a decoding that may have them in another way, or some of them not at all.
enum WordMatching {
    /// Seconds by which two decodings may differ about when a word was said.
    private static let tolerance = 0.2

    /// How many of the first words of a decoding stand for the committed ones: as many as make the fewest edits (Levenshtein, 1966), where
    /// each word counts as one more that was said on the other side of the last committed one's end.
    static func end(of committed: [TranscribedWord], in hypothesis: [TranscribedWord]) -> Int {
        guard let end = committed.last?.end else { return 0 }
        var costs = edits(from: committed.map(\.comparisonKey), to: hypothesis.map(\.comparisonKey))
        let middles = hypothesis.map { ($0.start + $0.end) / 2 }
        var misplaced = middles.count { $0 < end - tolerance }
        for count in costs.indices {
            costs[count] += misplaced
            guard count < middles.count else { continue }
            // One word more is taken for a committed one.
            misplaced += middles[count] < end - tolerance ? -1 : middles[count] > end + tolerance ? 1 : 0
        }
        return costs.indices.min { costs[$0] < costs[$1] } ?? 0
    }

    /// The edits that make the first words of `hypothesis`, as many as the index says, of all `committed` ones.
    private static func edits(from committed: [String], to hypothesis: [String]) -> [Int] {
        var row = Array(0...hypothesis.count)
        for (index, word) in committed.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in hypothesis.enumerated() {
                let best = min(diagonal + (word == other ? 0 : 1), row[column] + 1, row[column + 1] + 1)
                (diagonal, row[column + 1]) = (row[column + 1], best)
            }
        }
        return row
    }
}
