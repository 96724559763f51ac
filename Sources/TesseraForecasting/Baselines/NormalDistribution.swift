#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The normal distribution with mean 0 and variance 1.
enum NormalDistribution {
    /// Below which value it stays with this probability, above 0 and below 1.
    ///
    /// By Newton's method on the tail from 0 outwards. There the tail is convex, so that every step falls short of the
    /// solution, and the steps never diverge.
    static func quantile(_ probability: Double) -> Double {
        let tail = min(probability, 1 - probability)
        var z = 0.0
        for _ in 0..<1000 {
            let density = exp(-z * z / 2) / (2 * .pi).squareRoot()
            let step = (erfc(z / 2.0.squareRoot()) / 2 - tail) / density
            guard step > 1e-15 * max(1, z) else { break }
            z += step
        }
        return probability < 0.5 ? -z : z
    }
}
