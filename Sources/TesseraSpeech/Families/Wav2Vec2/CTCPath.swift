package import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What each frame is labelled with, and how likely that is. The same label twice in a row is one letter that lasts; a blank between
/// them makes it two (Graves et al., 2006).
package struct CTCPath: Sendable {
    package var labels: [Int32] = []
    /// Of each frame's label, 0 to 1.
    package var probabilities: [Float] = []

    /// That of no frames.
    init() {}

    /// The likeliest label of each frame.
    ///
    /// - Parameter logits: `[frames, vocabulary]`
    package init(likeliest logits: Tensor) {
        self.init(logits.largestOfRows().map { Int32($0) }, of: logits.softmax())
    }

    /// The likeliest way to spell the likeliest text that a search finds.
    ///
    /// - Parameters:
    ///   - logits: `[frames, vocabulary]`
    ///   - beamCount: how many beginnings are kept at a time.
    package init(searching logits: Tensor, blank: Int32, beamCount: Int) {
        let logProbabilities = logits.logSoftmax()
        let search = CTCBeamSearch(blank: blank, count: beamCount)
        let tokens = search.tokens(in: logProbabilities)
        self.init(CTCAlignment(tokens, blank: blank).labels(in: logProbabilities), of: logits.softmax())
    }

    /// The mean of the logarithms of what the frames give their labels.
    var averageLogProbability: Double {
        probabilities.reduce(0) { $0 + log(Double(max($1, .leastNormalMagnitude))) } / Double(max(1, labels.count))
    }

    private init(_ labels: [Int32], of probabilities: Tensor) {
        let vocabulary = probabilities.shape[1]
        self.labels = labels
        self.probabilities = probabilities.withValues { values in
            labels.enumerated().map { values[$0.offset * vocabulary + Int($0.element)] }
        }
    }
}

/// log(eᵃ + eᵇ)
func logSum(_ a: Double, _ b: Double) -> Double {
    let (larger, smaller) = (max(a, b), min(a, b))
    return smaller == -.infinity ? larger : larger + log1p(exp(smaller - larger))
}
