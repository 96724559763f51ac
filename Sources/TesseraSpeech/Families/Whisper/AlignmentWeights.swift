internal import TesseraTensor

/// How strongly each token looks at each position of a window, as one head of the decoder has it: `[tokens, positions]`.
struct AlignmentWeights {
    private let tokens, positions: Int
    private(set) var values: [Float]

    /// - Parameters:
    ///   - probabilities: of all heads of a layer, `[heads, tokens, positions]`
    ///   - positionCount: how many of the positions hold sound; the others are as if they were not there.
    init(_ probabilities: Tensor, head: Int, positionCount: Int) {
        let (tokens, all) = (probabilities.shape[1], probabilities.shape[2])
        let positions = min(positionCount, all)
        (self.tokens, self.positions) = (tokens, positions)
        values = []
        values.reserveCapacity(tokens * positions)
        probabilities.withValues { source in
            for token in head * tokens..<(head + 1) * tokens {
                let row = source[token * all..<token * all + positions]
                let sum = row.reduce(0.0) { $0 + Double($1) }
                values += sum > 0 ? row.map { Float(Double($0) / sum) } : Array(row)
            }
        }
    }

    /// Brings each position's weights to mean 0 and deviation 1 over the tokens.
    mutating func normalizePositions() {
        let means = sums { weight, _ in weight }.map { $0 / Double(tokens) }
        let squares = sums { weight, position in (weight - means[position]) * (weight - means[position]) }
        let scales = squares.map { square in
            let variance = square / Double(tokens)
            // Where all tokens look alike nothing is learned of them.
            return variance > 0 ? 1 / variance.squareRoot() : 0
        }
        for token in 0..<tokens {
            for position in 0..<positions {
                let place = token * positions + position
                values[place] = Float((Double(values[place]) - means[position]) * scales[position])
            }
        }
    }

    /// Of each position, the sum over the tokens.
    private func sums(of term: (Double, Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: positions)
        for token in 0..<tokens {
            for position in 0..<positions {
                sums[position] += term(Double(values[token * positions + position]), position)
            }
        }
        return sums
    }

    /// Replaces each weight by the median of those of the positions around it.
    mutating func smooth(width: Int) {
        for token in 0..<tokens {
            let row = token * positions..<(token + 1) * positions
            values.replaceSubrange(row, with: medianFiltered(values[row], width: width))
        }
    }
}

/// The median of each element and its neighbours, `width` of them, an odd number; the ends are mirrored.
func medianFiltered(_ values: ArraySlice<Float>, width: Int) -> [Float] {
    let reach = width / 2
    guard values.count > reach else { return Array(values) }
    let (before, behind) = (values.dropFirst().prefix(reach), values.dropLast().suffix(reach))
    let mirrored = Array(before.reversed()) + values + Array(behind.reversed())
    var window = mirrored.prefix(width).sorted()
    var medians = [window[reach]]
    medians.reserveCapacity(values.count)
    for place in width..<mirrored.count {
        window.replace(mirrored[place - width], with: mirrored[place])
        medians.append(window[reach])
    }
    return medians
}

extension [Float] {
    /// Replaces an element of a list in order by another number, which goes where it belongs; the list is as long as before.
    fileprivate mutating func replace(_ old: Float, with new: Float) {
        guard var place = firstIndex(of: old) else { return }
        while place > 0, self[place - 1] > new {
            self[place] = self[place - 1]
            place -= 1
        }
        while place < count - 1, self[place + 1] < new {
            self[place] = self[place + 1]
            place += 1
        }
        self[place] = new
    }
}
