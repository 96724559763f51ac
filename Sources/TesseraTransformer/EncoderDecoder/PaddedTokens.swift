/// Sequences of token ids brought to one length, to be read together.
package struct PaddedTokens: Sendable {
    /// As many of each sequence: its own, then the first of the vocabulary.
    package let ids: [[Int32]]
    /// Which of them are its own, `[batch, tokens]`; nil where all are.
    package let valid: [[Bool]]?

    package init(_ sequences: [[Int32]]) {
        let longest = sequences.map(\.count).max() ?? 0
        ids = sequences.map { $0 + [Int32](repeating: 0, count: longest - $0.count) }
        let isRagged = sequences.contains { $0.count < longest }
        valid = isRagged ? sequences.map { sequence in (0..<longest).map { $0 < sequence.count } } : nil
    }
}
