#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Plays sound faster or slower, its pitch with it (Ko et al., 2015), at speeds in hundredths.
///
/// Every output sample lies at one of a hundred phases between two input samples; for each there is a windowed sinc of 16
/// taps, so that a sample costs one product of vectors. What a higher speed would fold back from above half the rate is
/// attenuated.
package struct SpeedFilters: Sendable {
    private typealias Taps = SIMD16<Float>

    private static let phases = 100
    /// The filters of each phase, by the speed in hundredths.
    private let filters: [Int: [Taps]]

    /// - Parameter speeds: in hundredths, all that will be asked for.
    package init(_ speeds: ClosedRange<Int>) {
        var filters: [Int: [Taps]] = [:]
        for speed in speeds where speed != 100 {
            let cutoff = min(1, 100 / Double(speed))
            filters[speed] = (0..<SpeedFilters.phases).map { SpeedFilters.taps(Double($0) / 100, cutoff: cutoff) }
        }
        self.filters = filters
    }

    /// The weights of the samples from 7 before to 8 behind a place; they add up to 1.
    private static func taps(_ phase: Double, cutoff: Double) -> Taps {
        var taps = [Double](repeating: 0, count: Taps.scalarCount)
        for index in taps.indices {
            let distance = Double(index - 7) - phase
            let x = Double.pi * distance * cutoff
            // Hann's window: 1 in the middle, 0 eight samples from it.
            taps[index] = (x == 0 ? 1 : sin(x) / x) * (0.5 + 0.5 * cos(Double.pi * distance / 8))
        }
        let sum = taps.reduce(0, +)
        return Taps(taps.map { Float($0 / sum) })
    }

    /// - Parameter speed: in hundredths, one that was said before.
    package func callAsFunction(_ samples: [Float], speed: Int) -> [Float] {
        guard speed != 100, let filters = filters[speed] else { return samples }
        let count = samples.count * 100 / speed
        let half = Taps.scalarCount / 2
        let margin = [Float](repeating: 0, count: half)
        let padded = margin + samples + margin
        return [Float](unsafeUninitializedCapacity: count) { target, filled in
            padded.withUnsafeBytes { source in
                var (place, phase) = (1, 0)  // 7 samples before the first, where the margin has 8
                for index in 0..<count {
                    let taps = source.loadUnaligned(fromByteOffset: 4 * place, as: Taps.self)
                    target.initializeElement(at: index, to: (taps * filters[phase]).sum())
                    phase += speed
                    while phase >= 100 { (place, phase) = (place + 1, phase - 100) }
                }
            }
            filled = count
        }
    }
}
