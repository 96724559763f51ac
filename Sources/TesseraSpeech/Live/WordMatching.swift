/// Finds the words that are certain in a decoding that may have them in another way, or some of them not at all.
enum WordMatching {
    /// How many of the first words of a decoding stand for the committed ones: as many as make the fewest edits (Levenshtein, 1966), where
    /// each word counts as one more that begins on the other side of the last committed one's middle.
    static func end(of committed: [TranscribedWord], in hypothesis: [TranscribedWord]) -> Int {
        guard let last = committed.last else { return 0 }
        let edits = edits(from: committed.map(\.comparisonKey), to: hypothesis.map(\.comparisonKey))
        let isBefore = hypothesis.map { $0.start < (last.start + last.end) / 2 }
        var misplaced = isBefore.count { $0 }
        var best = (count: 0, cost: edits[0] + misplaced, edits: edits[0])
        for (index, isBefore) in isBefore.enumerated() {
            // One word more is taken for a committed one.
            misplaced += isBefore ? -1 : 1
            let (cost, edits) = (edits[index + 1] + misplaced, edits[index + 1])
            if (cost, edits) < (best.cost, best.edits) { best = (index + 1, cost, edits) }
        }
        return best.count
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
