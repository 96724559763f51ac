internal import TesseraTensor

/// The means of the samples at each place of a window, and how they vary together, over all windows of a sound.
struct WindowStatistics {
    private var means: [Double]
    /// Of each two places, `[size, size]`.
    private var covariances: [Double]

    init(_ samples: Tensor, size: Int, stride: Int) {
        let count = max(0, (samples.count - size) / stride + 1)
        var (sums, products) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size * size))
        samples.withValues { samples in
            for start in Swift.stride(from: 0, to: count * stride, by: stride) {
                for first in 0..<size {
                    let value = Double(samples[start + first])
                    sums[first] += value
                    for second in 0...first {
                        products[first * size + second] += value * Double(samples[start + second])
                    }
                }
            }
        }
        let share = 1 / Double(max(1, count))
        means = sums.map { $0 * share }
        covariances = products
        for first in 0..<size {
            for second in 0...first {
                let covariance = products[first * size + second] * share - means[first] * means[second]
                covariances[first * size + second] = covariance
                covariances[second * size + first] = covariance
            }
        }
    }

    /// The mean of a channel with these taps over all windows, and its variance.
    func moments(of taps: ArraySlice<Float>) -> (mean: Double, variance: Double) {
        var (mean, variance) = (0.0, 0.0)
        for (first, tap) in taps.enumerated() {
            mean += Double(tap) * means[first]
            for (second, other) in taps.enumerated() {
                variance += Double(tap) * Double(other) * covariances[first * means.count + second]
            }
        }
        return (mean, max(0, variance))
    }
}
