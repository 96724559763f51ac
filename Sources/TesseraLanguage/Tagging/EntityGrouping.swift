/// How tokens become entities, by the names of transformers' `aggregation_strategy`.
public enum EntityGrouping: String, Sendable, CaseIterable {
    /// Each token is one.
    case none
    /// Neighbours of one label are one; `B-` begins another.
    case simple
    /// The same by whole words, which are what their first token is.
    case first
    /// By whole words, which are what their tokens are in the mean.
    case average
    /// By whole words, which are what the surest of their tokens is.
    case max
}

/// A token and how likely it is each label.
struct TaggedToken {
    var range: Range<Int>
    var scores: [Float]
    /// Whether it goes on with the word of the token before.
    let continuesWord: Bool
}

/// An entity without its text.
struct GroupedEntity {
    let label: String
    let score: Float
    let range: Range<Int>
}

extension EntityGrouping {
    /// The entities of a window, those that are none among them.
    func entities(of tokens: [TaggedToken], _ labels: [String]) -> [GroupedEntity] {
        let parts = (self == .none || self == .simple ? tokens : words(tokens)).map { part in
            let best = part.scores.indices.max { (part.scores[$0], $1) < (part.scores[$1], $0) } ?? 0
            return GroupedEntity(label: labels[best], score: part.scores[best], range: part.range)
        }
        return self == .none ? parts : grouped(parts)
    }

    /// Tokens joined to words, with one row of probabilities each.
    private func words(_ tokens: [TaggedToken]) -> [TaggedToken] {
        var words: [[TaggedToken]] = []
        for token in tokens {
            if token.continuesWord, !words.isEmpty {
                words[words.count - 1].append(token)
            } else {
                words.append([token])
            }
        }
        return words.map { word in
            var joined = word[0]
            joined.range = word[0].range.lowerBound..<word[word.count - 1].range.upperBound
            switch self {
            case .none, .simple, .first: break
            case .max:
                let surest = word.indices.max { (largest(word[$0]), $1) < (largest(word[$1]), $0) } ?? 0
                joined.scores = word[surest].scores
            case .average:
                for index in joined.scores.indices {
                    joined.scores[index] = word.reduce(0) { $0 + $1.scores[index] } / Float(word.count)
                }
            }
            return joined
        }
    }

    private func largest(_ token: TaggedToken) -> Float { token.scores.max() ?? 0 }

    /// Neighbours of one label as one, with the mean of their probabilities.
    private func grouped(_ parts: [GroupedEntity]) -> [GroupedEntity] {
        var groups: [[GroupedEntity]] = []
        for part in parts {
            if let last = groups.last?.last, tag(part.label) == tag(last.label), !part.label.hasPrefix("B-") {
                groups[groups.count - 1].append(part)
            } else {
                groups.append([part])
            }
        }
        return groups.map { group in
            GroupedEntity(
                label: name(group[0].label), score: group.reduce(0) { $0 + $1.score } / Float(group.count),
                range: group[0].range.lowerBound..<group[group.count - 1].range.upperBound)
        }
    }

    /// A label without what says whether an entity begins.
    private func tag(_ label: String) -> Substring {
        label.hasPrefix("B-") || label.hasPrefix("I-") ? label.dropFirst(2) : label[...]
    }

    /// What a group is called: its label without all up to the first hyphen.
    private func name(_ label: String) -> String {
        label.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init) ?? label
    }
}
