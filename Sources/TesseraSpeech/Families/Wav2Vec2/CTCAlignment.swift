internal import TesseraTensor

/// Finds the likeliest way to spell a text over the frames of a sound (Viterbi, 1967).
struct CTCAlignment {
    /// The tokens with a blank before, between and behind them.
    private let states: [Int32]
    private let blank: Int32

    /// - Parameter tokens: without blanks.
    init(_ tokens: [Int32], blank: Int32) {
        self.blank = blank
        states = [blank] + tokens.flatMap { [$0, blank] }
    }

    /// - Parameter logProbabilities: `[frames, vocabulary]`, of as many frames as the tokens need at least.
    /// - Returns: a label for each frame.
    func labels(in logProbabilities: Tensor) -> [Int32] {
        let (frames, vocabulary) = (logProbabilities.shape[0], logProbabilities.shape[1])
        guard frames > 0 else { return [] }
        var scores = [Double](repeating: -.infinity, count: states.count)
        // How many states back the likeliest way to each state comes from, `[frames, states]`.
        var steps = [UInt8](repeating: 0, count: frames * states.count)
        logProbabilities.withValues { values in
            for frame in 0..<frames {
                let row = values[frame * vocabulary..<(frame + 1) * vocabulary]
                let before = scores
                for state in states.indices {
                    let (score, step) = frame == 0 ? (state < 2 ? 0 : -.infinity, 0) : best(before, state)
                    scores[state] = score + Double(row[row.startIndex + Int(states[state])])
                    steps[frame * states.count + state] = UInt8(step)
                }
            }
        }
        // A text ends with its last token or with a blank behind it.
        var state = states.count - 1
        if state > 0, scores[state - 1] > scores[state] { state -= 1 }
        var labels: [Int32] = []
        for frame in (0..<frames).reversed() {
            labels.append(states[state])
            state -= Int(steps[frame * states.count + state])
        }
        return labels.reversed()
    }

    /// A state is reached from itself, from the one before, or past a blank from another token.
    private func best(_ scores: [Double], _ state: Int) -> (Double, step: Int) {
        var best = (scores[state], step: 0)
        if state > 0, scores[state - 1] > best.0 { best = (scores[state - 1], 1) }
        if state > 1, states[state] != blank, states[state] != states[state - 2], scores[state - 2] > best.0 {
            best = (scores[state - 2], 2)
        }
        return best
    }
}
