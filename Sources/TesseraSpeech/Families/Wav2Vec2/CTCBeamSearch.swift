internal import TesseraTensor

/// Searches the text whose spellings are likeliest together, by its beginnings (Graves, 2012, "Sequence transduction", 2.5; Hannun et
/// al., 2014): where the likeliest label of each frame counts one way to spell a text, this counts all.
struct CTCBeamSearch {
    /// A beginning that is kept, with the logarithms of how likely its spellings are that end in a blank, and in its last token.
    private struct Beam {
        var node: Int
        var endingInBlank: Double
        var endingInToken: Double
        var total: Double { logSum(endingInBlank, endingInToken) }
    }

    private let blank: Int32
    private let count: Int
    private var beginnings: CTCBeginnings
    private var beams = [Beam(node: 0, endingInBlank: 0, endingInToken: -.infinity)]

    /// - Parameter count: how many beginnings are kept at a time.
    init(blank: Int32, count: Int) {
        (self.blank, self.count, beginnings) = (blank, count, CTCBeginnings(blank: blank))
    }

    /// - Parameter logProbabilities: `[frames, vocabulary]`
    /// - Returns: the tokens of the text, without blanks.
    consuming func tokens(in logProbabilities: Tensor) -> [Int32] {
        let vocabulary = logProbabilities.shape[1]
        // An extension by a less likely token than these is never among those that are kept.
        let likeliest = logProbabilities.largest(count + 2)
        logProbabilities.withValues { values in
            for (frame, tokens) in likeliest.enumerated() {
                let row = UnsafeBufferPointer(rebasing: values[frame * vocabulary..<(frame + 1) * vocabulary])
                advance(row, tokens.map { Int32($0.index) }.filter { $0 != blank })
            }
        }
        return beginnings.tokens(to: beams[0].node)
    }

    /// Takes a frame more: each beginning stays what it is, by a blank or its last token, or grows by a token.
    private mutating func advance(_ scores: UnsafeBufferPointer<Float>, _ tokens: [Int32]) {
        let totals = beams.map(\.total)
        let places = Dictionary(uniqueKeysWithValues: beams.indices.map { (beams[$0].node, $0) })
        var next = beams.indices.map { index in
            let last = beginnings.last(beams[index].node)
            return Beam(
                node: beams[index].node, endingInBlank: totals[index] + Double(scores[Int(blank)]),
                endingInToken: last == blank ? -.infinity : beams[index].endingInToken + Double(scores[Int(last)]))
        }
        var grown: [(place: Int, token: Int32, score: Double)] = []
        for (place, beam) in beams.enumerated() {
            for token in tokens {
                // The same token follows itself behind a blank alone.
                let isRepeated = token == beginnings.last(beam.node)
                let score = Double(scores[Int(token)]) + (isRepeated ? beam.endingInBlank : totals[place])
                if let known = beginnings.known(beam.node, token).flatMap({ places[$0] }) {
                    next[known].endingInToken = logSum(next[known].endingInToken, score)
                } else {
                    grown.append((place, token, score))
                }
            }
        }
        grown.sort { $0.score > $1.score }
        for growth in grown.prefix(count) where growth.score > -.infinity {
            let node = beginnings.node(beams[growth.place].node, growth.token)
            next.append(Beam(node: node, endingInBlank: -.infinity, endingInToken: growth.score))
        }
        beams = next.map { ($0, $0.total) }.sorted { $0.1 > $1.1 }.prefix(count).map(\.0)
    }
}

/// The beginnings of texts that a search has met, each as a token behind another beginning.
private struct CTCBeginnings {
    private struct Growth: Hashable {
        let parent: Int
        let token: Int32
    }

    private var growths: [Growth]
    private var nodes: [Growth: Int] = [:]

    /// The empty beginning alone, whose last token counts as a blank.
    init(blank: Int32) { growths = [Growth(parent: -1, token: blank)] }

    func last(_ node: Int) -> Int32 { growths[node].token }

    /// A beginning with a token more, where it was met before.
    func known(_ node: Int, _ token: Int32) -> Int? { nodes[Growth(parent: node, token: token)] }

    /// The same, met now or before.
    mutating func node(_ parent: Int, _ token: Int32) -> Int {
        let growth = Growth(parent: parent, token: token)
        if let known = nodes[growth] { return known }
        growths.append(growth)
        nodes[growth] = growths.count - 1
        return growths.count - 1
    }

    func tokens(to node: Int) -> [Int32] {
        sequence(first: node) { growths[$0].parent }.prefix { $0 > 0 }.map { growths[$0].token }.reversed()
    }
}
