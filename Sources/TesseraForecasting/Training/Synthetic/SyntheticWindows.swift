internal import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// Windows of synthetic series to train a forecaster on, or to choose its best weights by.
///
/// ```swift
/// let training = SyntheticWindows(sampleCount: 100_000, contextLength: 512, predictionLength: 64, seed: 42)
/// let validation = SyntheticWindows(sampleCount: 2_000, contextLength: 512, predictionLength: 64, seed: 43)
/// let batch = training.batch([3, 1, 4, 1], epoch: 0)
/// ```
///
/// Each epoch has other series. Three in five windows have a full context; the others are shorter, down to a few
/// values, and begin with NaN. A few have gaps in their context. A window's scale and level are any. Of the targets,
/// the last are not known when the context is shorter than half of them.
public struct SyntheticWindows: TrainingData {
    /// The number of windows in an epoch.
    public let sampleCount: Int
    /// How many values a context holds, known or not.
    public let contextLength: Int
    /// How many targets follow it.
    public let predictionLength: Int
    /// What all chance comes from, together with a window's number.
    public let seed: UInt64

    /// The shortest context that can be asked for.
    public static let shortestContext = 8

    /// - Parameters:
    ///   - contextLength: at least `shortestContext` steps.
    ///   - seed: two trainings with one seed see the same windows.
    public init(sampleCount: Int, contextLength: Int, predictionLength: Int, seed: UInt64) {
        precondition(
            contextLength >= SyntheticWindows.shortestContext && predictionLength >= 1,
            "windows have a past and a future")
        (self.sampleCount, self.seed) = (sampleCount, seed)
        (self.contextLength, self.predictionLength) = (contextLength, predictionLength)
    }

    /// The windows with these numbers.
    public func batch(_ samples: [Int], epoch: Int) -> SeriesBatch {
        var contexts = Tensor(shape: [samples.count, contextLength], repeating: .nan)
        var targets = Tensor(shape: [samples.count, predictionLength], repeating: .nan)
        contexts.withMutableValues { contexts in
            targets.withMutableValues { targets in
                for (row, sample) in samples.enumerated() {
                    let window = window(epoch * sampleCount + sample)
                    let known = window.count - predictionLength
                    let start = (row + 1) * contextLength - known
                    for index in 0..<known { contexts[start + index] = window[index] }
                    for index in 0..<predictionLength {
                        targets[row * predictionLength + index] = window[known + index]
                    }
                }
            }
        }
        return SeriesBatch(contexts: contexts, targets: targets)
    }

    /// A series of a context's length and then the prediction's, with gaps and at some scale.
    private func window(_ number: Int) -> [Float] {
        var random = RandomGenerator(seed: seed, 0x7769_6e64, UInt64(number))
        let known = knownLength(using: &random)
        var values = SyntheticSeries(seed: seed).values(number, length: known + predictionLength)
        let scale = random.logUniform(in: 1e-2...1e3)
        // Most real series are far from 0 by a few of their deviations, a few by very many.
        let level = random.happens(0.5) ? 0 : random.nextNormal() * random.logUniform(in: 0.1...100)
        if values.contains(where: { $0 != values[0] }) {
            for index in values.indices { values[index] = (values[index] + level) * scale }
        }
        if known >= 32, random.happens(0.06) { dropValues(of: &values, before: known, using: &random) }
        boundTargets(of: &values, from: known)
        return values
    }

    /// Keeps targets within 20 of the context's standard deviations about its mean, where straight lines stay too.
    /// Beyond are jumps that nothing foretold, above all out of what was constant: in the context's units, in which a
    /// model learns, few of them would outweigh all others. Nobody asks a few values for many, and so no more targets
    /// are known than twice the context, and 16.
    private func boundTargets(of values: inout [Float], from start: Int) {
        let known = values[..<start].filter { !$0.isNaN }.map(Double.init)
        let mean = known.reduce(0, +) / Double(known.count)
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
        let reach = 20 * variance.squareRoot()
        let end = min(values.count, start + max(16, 2 * start))
        for index in start..<end {
            values[index] = min(max(values[index], Float(mean - reach)), Float(mean + reach))
        }
        for index in end..<values.count { values[index] = .nan }
    }

    private func knownLength(using random: inout RandomGenerator) -> Int {
        switch random.nextUniform() {
        case ..<0.6: return contextLength
        case ..<0.75:
            return Int(random.logUniform(in: 6...Float(max(7, min(64, contextLength)))))
        default: return random.nextInteger(in: min(32, contextLength)...contextLength)
        }
    }

    /// Gaps in the context: single values anywhere, or a stretch. The last value always stays.
    private func dropValues(of values: inout [Float], before end: Int, using random: inout RandomGenerator) {
        if random.happens(0.6) {
            let share = random.logUniform(in: 0.005...0.3)
            for index in 0..<end - 1 where random.happens(share) { values[index] = .nan }
        } else {
            for _ in 0..<random.nextInteger(in: 1...3) {
                let first = random.nextInteger(in: 0...end - 2)
                let count = Int(random.logUniform(in: 1...Float(max(2, end / 4))))
                for index in first..<min(end - 1, first + count) { values[index] = .nan }
            }
        }
    }
}
