internal import TesseraFiles
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

extension TextCompleter {
    /// How likely the model calls each text, token by token. One that is longer than the model reads is read in windows, in which at
    /// least half of the tokens stand before those that are looked at.
    ///
    /// - Throws: `FileError` where the tokenizer has a token that the model lacks; `CancellationError` when the task is cancelled.
    public func scores(of texts: [String]) throws -> [TextScore] {
        try threads.run {
            try texts.map { text in
                let ids = tokenizer.encode(text)?.ids ?? []
                try checkKnown(ids)
                return TextScore(tokens: ids, logProbabilities: try logProbabilities(of: ids, from: 1))
            }
        }
    }

    /// How likely the tokens from number `first` on, 1 or more, are behind those before them.
    func logProbabilities(of ids: [Int32], from first: Int) throws -> [Float] {
        var found: [Float] = []
        while first + found.count < ids.count {
            let next = first + found.count
            let start = next <= contextLength ? 0 : next - max(1, contextLength / 2)
            // The last token of a window is looked at, and not read.
            let window = start..<min(start + contextLength + 1, ids.count)
            found += try Cancellation.endingEarly {
                Threads.takeTurn { logProbabilities(of: Array(ids[window]), behind: next - start) }
            }
        }
        return found
    }

    /// How many tokens' logits are held at once.
    private static let logitsAtOnce = 128

    private func logProbabilities(of window: [Int32], behind first: Int) -> [Float] {
        var cache = decoder.makeCache(memory: nil)
        let states = decoder.states(of: [Array(window.dropLast())], cache: &cache)
        return stride(from: first, to: window.count, by: Self.logitsAtOnce).flatMap { start in
            let places = start..<min(start + Self.logitsAtOnce, window.count)
            let rows = decoder.logits(states.rows(places.lowerBound - 1..<places.upperBound - 1)).logSoftmax()
            return places.map { rows[$0 - places.lowerBound, Int(window[$0])] }
        }
    }
}
