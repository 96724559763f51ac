internal import TesseraLayers
public import TesseraTraining

/// Texts to train a language model on, as one long sequence of tokens that is cut into windows.
///
/// Each epoch cuts it in other places: a window begins at the sample's place and up to a window behind it.
public struct TokenWindows: TrainingData {
    /// All tokens, texts one after the other.
    public let tokens: [Int32]
    /// How many tokens a window has that something follows.
    public let length: Int
    private let isMoved: Bool
    private let seed: UInt64

    public var sampleCount: Int { max(0, (tokens.count - 1) / length) }

    /// - Parameters:
    ///   - tokens: all tokens.
    ///   - length: how many tokens a window has.
    ///   - isMoved: whether each epoch cuts in other places; validation does not.
    ///   - seed: where the places come from.
    public init(_ tokens: [Int32], length: Int, isMoved: Bool, seed: UInt64) {
        precondition(length > 0, "windows of \(length) tokens")
        (self.tokens, self.length, self.isMoved, self.seed) = (tokens, length, isMoved, seed)
    }

    public func batch(_ samples: [Int], epoch: Int) -> TokenWindowBatch {
        TokenWindowBatch(
            windows: samples.map { sample in
                let start = start(of: sample, epoch)
                return Array(tokens[start..<start + length + 1])
            })
    }

    private func start(of sample: Int, _ epoch: Int) -> Int {
        let last = tokens.count - length - 1
        guard isMoved else { return min(sample * length, last) }
        var random = RandomGenerator(seed: seed, UInt64(epoch), UInt64(sample))
        return min(sample * length + Int(Double(random.nextUniform()) * Double(length)), last)
    }
}

/// Windows of tokens that pass a model together.
public struct TokenWindowBatch: TrainingBatch {
    /// As many tokens each: what is read, and one more that follows the last.
    public let windows: [[Int32]]

    public var count: Int { windows.count }

    public func samples(_ range: Range<Int>) -> TokenWindowBatch { TokenWindowBatch(windows: Array(windows[range])) }

    /// What the model reads, one window after the other.
    public var inputs: [Int32] { windows.flatMap { $0.dropLast() } }
    /// What follows each of these tokens.
    public var targets: [Int32] { windows.flatMap { $0.dropFirst() } }
}
