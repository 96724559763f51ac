package import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Sounds that are no speech, of any loudness.
package enum BackgroundNoise {
    /// Noise whose power falls with frequency as f⁻ˢ, s being `slope`: 0 is white, 1 pink and 2 brown.
    ///
    /// White noise and four low-pass filters of it, two octaves apart, add up to it within 2 dB in three octaves: below its
    /// corner each filter adds by how much the slope rises from the next corner on. At slope 2 the lowest alone falls as it
    /// should.
    package static func coloured(
        _ count: Int, slope: Float, sampleRate: Int, using random: inout RandomGenerator
    ) -> [Float] {
        let corners: [Float] = [30, 120, 480, 1_920, 7_680]
        let heights = corners.map { pow($0, -slope / 2) }
        let higherShare = max(0, 1 - slope / 2).squareRoot()
        var (decays, weights) = (SIMD4<Float>(), SIMD4<Float>())
        for band in 0..<4 {
            decays[band] = exp(-2 * .pi * corners[band] / Float(sampleRate))
            let height = (heights[band] - heights[band + 1]) * (band == 0 ? 1 : higherShare)
            weights[band] = height * (1 - decays[band])
        }
        let whiteWeight = heights[4] * higherShare
        var bands = SIMD4<Float>()
        return [Float](unsafeUninitializedCapacity: count) { target, filled in
            var bits: UInt64 = 0
            for index in 0..<count {
                // Four samples of 16 bits of each random number.
                bits = index & 3 == 0 ? random.next() : bits >> 16
                let white = Float(bits & 0xFFFF) - 32_767.5
                bands = bands * decays + white
                target.initializeElement(at: index, to: (weights * bands).sum() + whiteWeight * white)
            }
            filled = count
        }
    }

    /// The hum of a mains of 50 or 60 Hz, with some of its harmonics, which repeats every tenth of a second.
    package static func hum(_ count: Int, sampleRate: Int, using random: inout RandomGenerator) -> [Float] {
        let cycles = random.nextUniform() < 0.5 ? 5 : 6
        let period = sampleRate / 10
        var wave = [Float](repeating: 0, count: max(period, 1))
        for harmonic in 1...8 {
            let (height, phase) = (random.nextUniform() / Float(harmonic), 2 * Float.pi * random.nextUniform())
            let step = 2 * Float.pi * Float(cycles * harmonic) / Float(wave.count)
            for index in wave.indices { wave[index] += height * sin(step * Float(index) + phase) }
        }
        return (0..<count).map { wave[$0 % wave.count] }
    }

    /// A few clicks a second, each of some milliseconds.
    package static func clicks(_ count: Int, sampleRate: Int, using random: inout RandomGenerator) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        guard count > 0 else { return samples }
        for _ in 0..<random.nextInteger(in: 1...1 + 4 * count / sampleRate) {
            var height = random.nextUniform(in: 0.1...1)
            let decay = exp(-1 / (random.nextUniform(in: 0.000_2...0.005) * Float(sampleRate)))
            for index in random.nextInteger(in: 0...count - 1)..<count where height > 1e-3 {
                samples[index] += height * random.nextUniform(in: -1...1)
                height *= decay
            }
        }
        return samples
    }
}
