internal import TesseraTransformer

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Where timestamps may stand (openai/whisper, `ApplyTimestampRules`): in pairs save at the end, never going back, one at the
/// beginning; and one must come where timestamps together are likelier than any text.
struct TimestampRules: LogitFilter {
    let endOfText, noTimestamps, firstTimestamp: Int
    /// The latest timestamp a window may begin with, in steps of 20 ms.
    let maximumInitialTimestamp: Int

    func apply(to logits: UnsafeMutableBufferPointer<Float>, after tokens: [Int32]) {
        guard firstTimestamp < logits.count else { return }
        func forbid(_ range: Range<Int>) {
            for token in range.clamped(to: 0..<logits.count) { logits[token] = -.infinity }
        }
        forbid(noTimestamps..<noTimestamps + 1)
        let isTimestamp = { (token: Int32) in Int(token) >= firstTimestamp }
        let endsWithTimestamp = tokens.last.map(isTimestamp) ?? false
        let endsWithPair = endsWithTimestamp && (tokens.count < 2 || isTimestamp(tokens[tokens.count - 2]))
        if endsWithTimestamp {
            // Behind a pair text must come; behind a single one its twin, or the end.
            if endsWithPair { forbid(firstTimestamp..<logits.count) } else { forbid(0..<endOfText) }
        }
        if let last = tokens.last(where: isTimestamp).map({ Int($0) }) {
            // Time goes on, and segments are not empty.
            forbid(firstTimestamp..<(endsWithTimestamp && !endsWithPair ? last : last + 1))
        }
        if tokens.isEmpty {
            forbid(0..<firstTimestamp)
            forbid(min(logits.count, firstTimestamp + maximumInitialTimestamp + 1)..<logits.count)
        }
        preferTimestamps(logits)
    }

    private func preferTimestamps(_ logits: UnsafeMutableBufferPointer<Float>) {
        let likeliestText = logits[..<firstTimestamp].max() ?? -.infinity
        let latest = logits[firstTimestamp...].max() ?? -.infinity
        guard latest > -.infinity else { return }
        let sum = logits[firstTimestamp...].reduce(0) { $0 + exp(Double($1 - latest)) }
        guard Double(latest) + log(sum) > Double(likeliestText) else { return }
        for token in 0..<firstTimestamp { logits[token] = -.infinity }
    }
}
