internal import TesseraLayers

/// Sets a part of some samples aside for validation. Which are chosen depends on the seed and their texts alone.
///
/// - Parameters:
///   - fraction: 0 to less than 1, rounded; at least one remains and, unless 0, where there are two, one is set aside.
///   - text: what a sample is told by; samples of the same text stay together or not by chance.
/// - Returns: both parts in the order of `samples`.
package func setAside<Sample>(
    _ fraction: Double, of samples: [Sample], seed: UInt64, text: (Sample) -> String
) -> (training: [Sample], validation: [Sample]) {
    let numbers = samples.map { sample in
        var random = RandomGenerator(seed: seed, name: text(sample).utf8)
        return random.next()
    }
    let isChosen = setAside(fraction, ofSamplesWith: numbers)
    func part(_ chosen: Bool) -> [Sample] { zip(samples, isChosen).filter { $0.1 == chosen }.map(\.0) }
    return (part(false), part(true))
}
