import TesseraForecasting
import TesseraLayers
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct SeriesSamplerTests {
    private func sampler(_ length: Int, _ part: UInt64 = 0) -> SeriesSampler {
        SeriesSampler(length: length, random: RandomGenerator(seed: 7, part))
    }

    @Test(
        "A profile comes back after each period, whole or not, to 1e-3",
        arguments: [4, 7, 24, 52.5, 96, 365.25] as [Float])
    func repetition(period: Float) {
        var sampler = sampler(3000)
        let profile = SeasonalProfile(points: (0..<Int(period)).map { Float(($0 * 7) % 5) })
        let values = sampler.repeated(profile, period: period, start: 0, drift: 0)
        // The first multiple of the period that is whole.
        let lag = Int(period == period.rounded() ? period : period * (period == 52.5 ? 2 : 4))
        let largest = zip(values, values.dropFirst(lag)).map { abs($0 - $1) }.max() ?? .infinity
        #expect(largest < 1e-3, "differs by \(largest)")
        #expect(correlation(values, lag: Int(period) / 2) < 0.9, "and not before")
    }

    @Test(
        "Seasons are alike a period later, on average with a correlation above 0.6",
        arguments: [7, 12, 24, 52.18] as [Float])
    func seasons(period: Float) {
        var sampler = sampler(576)
        var (after, between) = (Float(0), Float(0))
        for _ in 0..<100 {
            let values = sampler.season(period: period)
            after += correlation(values, lag: Int(period.rounded())) / 100
            between += correlation(values, lag: Int((period / 2).rounded())) / 100
        }
        #expect(after > 0.6 && between < 0.3, "\(after) after a period, \(between) after half of one")
    }

    @Test(
        "Samples of Gaussian processes have the kernel's covariances, to 0.06",
        arguments: [
            [.squaredExponential(scale: 5)], [.rationalQuadratic(scale: 4, mixture: 1)],
            [.periodic(period: 12, scale: 1)], [.constant],
            [.periodic(period: 7, scale: 1), .squaredExponential(scale: 10)],
        ] as [[StationaryKernel]])
    func covariance(_ kernels: [StationaryKernel]) {
        var sampler = sampler(40)
        let lags = [0, 1, 3, 6, 12, 20]
        var sums = [Double](repeating: 0, count: lags.count)
        var mean = 0.0
        let count = 6000
        for _ in 0..<count {
            let values = sampler.stationarySample(of: kernels, groupCount: 4)
            mean += Double(values[15]) / Double(count)
            for (index, lag) in lags.enumerated() { sums[index] += Double(values[15] * values[15 + lag]) }
        }
        #expect(abs(mean) < 0.06)
        for (sum, lag) in zip(sums, lags) {
            let found = sum / Double(count)
            let expected = kernels.reduce(1) { $0 * value(of: $1, at: Double(lag)) }
            #expect(abs(found - expected) < 0.06, "\(found) for \(expected) at \(lag)")
        }
    }

    @Test("Mean reversion forgets at the pace that is asked for, to 0.03", arguments: [2, 10, 50] as [Float])
    func meanReversion(timeScale: Float) {
        var sampler = sampler(100_000)
        let values = sampler.meanReversion(timeScale: timeScale)
        #expect(abs(correlation(values, lag: Int(timeScale)) - 0.3679) < 0.03)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.1)
    }

    @Test("Partial autocorrelations become coefficients as Durbin and Levinson have them")
    func coefficients() {
        #expect(SeriesSampler.coefficients(ofPartialAutocorrelations: []) == [])
        #expect(SeriesSampler.coefficients(ofPartialAutocorrelations: [0.5]) == [0.5])
        #expect(SeriesSampler.coefficients(ofPartialAutocorrelations: [0.5, 0.25]) == [0.375, 0.25])
        #expect(SeriesSampler.coefficients(ofPartialAutocorrelations: [0.5, 0.25, -0.5]) == [0.5, 0.4375, -0.5])
    }

    @Test("Normal deviates have the moments and tails of the normal distribution")
    func normals() {
        var random = RandomGenerator(seed: 5)
        let values = random.normals(1_000_000).map(Double.init)
        for (power, expected) in [(1, 0), (2, 1), (3, 0), (4, 3)] as [(Double, Double)] {
            let moment = values.reduce(0) { $0 + pow($1, power) } / 1e6
            #expect(abs(moment - expected) < 0.03, "moment \(power): \(moment)")
        }
        // Of a million, 317,311 ± 466 lie beyond 1, 2,700 ± 52 beyond 3, and 465 ± 22 beyond 3.5, where the tail
        // begins.
        for (bound, expected) in [(1, 317_311), (3, 2_700), (3.5, 465)] as [(Double, Double)] {
            let beyond = Double(values.count { abs($0) > bound })
            #expect(abs(beyond - expected) < 5 * expected.squareRoot(), "\(beyond) beyond \(bound)")
        }
    }

    @Test("Poisson deviates have the mean and the variance asked for, to 4 %", arguments: [0.3, 4, 19, 60] as [Float])
    func poisson(mean: Float) {
        var random = RandomGenerator(seed: 5)
        expectMoments((0..<50_000).map { _ in random.poisson(mean: mean) }, mean: mean, variance: mean)
    }

    @Test("Gamma deviates have their shape as mean and variance, to 4 %", arguments: [0.4, 1, 7] as [Float])
    func gamma(shape: Float) {
        var random = RandomGenerator(seed: 5)
        expectMoments((0..<50_000).map { _ in random.gamma(shape: shape) }, mean: shape, variance: shape)
    }

    @Test("Shocks have mean 0 and about variance 1, whatever their distribution")
    func shocks() {
        var sampler = sampler(20_000)
        for _ in 0..<40 {
            let values = sampler.shocks()
            let mean = values.reduce(0, +) / Float(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
            #expect(abs(mean) < 0.1 && (0.5...6).contains(variance), "mean \(mean), variance \(variance)")
        }
    }

    /// Kernels by their definitions; the periodic ones with a scale of 1.
    private func value(of kernel: StationaryKernel, at distance: Double) -> Double {
        switch kernel {
        case .constant: return 1
        case .squaredExponential(let scale): return exp(-0.5 * distance * distance / Double(scale * scale))
        case .rationalQuadratic(let scale, let mixture):
            return pow(1 + distance * distance / Double(2 * mixture * scale * scale), -Double(mixture))
        case .periodic(let period, _):
            let sine = sin(.pi * distance / Double(period))
            return exp(-2 * sine * sine)
        }
    }

    private func expectMoments(_ values: [Float], mean expectedMean: Float, variance expectedVariance: Float) {
        let mean = values.reduce(0, +) / Float(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
        #expect(
            abs(mean / expectedMean - 1) < 0.04 && abs(variance / expectedVariance - 1) < 0.04, "\(mean), \(variance)")
    }
}
