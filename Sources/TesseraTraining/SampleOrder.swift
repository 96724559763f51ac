internal import TesseraLayers

/// Which samples each step takes: every epoch goes through all of them once, in an order that depends on the seed and the
/// epoch alone.
///
/// The steps of an epoch share its samples as evenly as they can, so that none is left out and no batch is much smaller than
/// the others.
struct SampleOrder: Sendable {
    let sampleCount: Int
    let stepsPerEpoch: Int
    private let seed: UInt64
    private var shuffled: (epoch: Int, samples: [Int]) = (-1, [])

    init(seed: UInt64, sampleCount: Int, batchSize: Int) {
        self.seed = seed
        self.sampleCount = sampleCount
        stepsPerEpoch = SampleOrder.stepCount(sampleCount: sampleCount, batchSize: batchSize)
    }

    static func stepCount(sampleCount: Int, batchSize: Int) -> Int { (sampleCount + batchSize - 1) / batchSize }

    /// - Parameter step: counted from 0 over all epochs.
    mutating func samples(ofStep step: Int) -> (samples: [Int], epoch: Int) {
        let (epoch, part) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
        if shuffled.epoch != epoch { shuffled = (epoch, order(ofEpoch: epoch)) }
        let range = sampleCount * part / stepsPerEpoch..<sampleCount * (part + 1) / stepsPerEpoch
        return (Array(shuffled.samples[range]), epoch)
    }

    /// Fisher & Yates's shuffle, our own: the standard library's may change, and with it what a resumed training sees.
    private func order(ofEpoch epoch: Int) -> [Int] {
        var random = RandomGenerator(seed: seed, RandomPurpose.order.rawValue, UInt64(epoch))
        var samples = Array(0..<sampleCount)
        for last in samples.indices.dropFirst().reversed() {
            samples.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return samples
    }
}

/// What random numbers of the training are for: a part of their key.
enum RandomPurpose: UInt64 {
    case order = 1
    case dropout = 2
}
