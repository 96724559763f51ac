internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A stationary kernel, by what its frequencies are drawn from: its spectral density (Bochner's theorem).
package enum StationaryKernel {
    /// One value for the whole series.
    case constant
    /// `exp(-d² / 2ℓ²)`
    case squaredExponential(scale: Float)
    /// `(1 + d² / 2αℓ²)^-α`: a mixture of squared exponentials of many scales.
    case rationalQuadratic(scale: Float, mixture: Float)
    /// `exp(-2 sin²(πd/p) / ℓ²)`, whose spectrum has lines at multiples of 1/p; `cumulative` sums their shares.
    case periodic(period: Float, cumulative: [Float])

    package static func periodic(period: Float, scale: Float) -> StationaryKernel {
        // The shares are e^-z I_j(z), I_j being Bessel's modified functions and z = 1/ℓ², here by their power series.
        let z = 1 / Double(scale * scale)
        var shares: [Double] = []
        for order in 0...10 {
            var term = exp(-z)
            for factor in stride(from: 1, through: order, by: 1) { term *= z / 2 / Double(factor) }
            var sum = 0.0
            for k in 1...60 {
                sum += term
                term *= z * z / 4 / Double(k * (k + order))
            }
            shares.append(order == 0 ? sum : 2 * sum)
        }
        let total = shares.reduce(0, +)
        var sum = 0.0
        return .periodic(
            period: period,
            cumulative: shares.map {
                sum += $0 / total
                return Float(sum)
            })
    }

    /// A frequency in radians a step, drawn from the spectrum.
    func frequency(using random: inout RandomGenerator) -> Float {
        switch self {
        case .constant: return 0
        case .squaredExponential(let scale): return random.nextNormal() / scale
        case .rationalQuadratic(let scale, let mixture):
            return random.nextNormal() / scale * (random.gamma(shape: mixture) / mixture).squareRoot()
        case .periodic(let period, let cumulative):
            let place = random.nextUniform()
            let order = cumulative.firstIndex { place < $0 } ?? 0
            return random.sign() * 2 * .pi * Float(order) / period
        }
    }
}

/// A product of kernels: the stationary ones multiply to a stationary one, each linear one lets the whole grow from a
/// zero of its own.
struct KernelProduct {
    var stationary: [StationaryKernel] = []
    /// Where the linear factors vanish, in lengths of the series.
    var zeros: [Float] = []
    var isNoise = false

    static func * (left: KernelProduct, right: KernelProduct) -> KernelProduct {
        KernelProduct(
            stationary: left.stationary + right.stationary, zeros: left.zeros + right.zeros,
            isNoise: left.isNoise || right.isNoise)
    }
}
