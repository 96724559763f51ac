internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// A sample of a Gaussian process whose kernel is put together of a bank's by + and × at random: the KernelSynth of
    /// Ansari et al. (Chronos, 2024), with its bank and one to five kernels.
    ///
    /// Products are expanded, so that the kernel is a sum of products and the sample a sum of independent ones. A
    /// product's sample is drawn by its spectrum: frequencies of a product add up. This takes time proportional to the
    /// length, where factoring a matrix of covariances would take its cube, and no kernel has to serve for more than
    /// one series.
    mutating func gaussianProcess() -> [Float] {
        var terms = [bankKernel()]
        for _ in 0..<random.nextInteger(in: 0...4) {
            let kernel = bankKernel()
            // Beyond a few terms nothing new is seen.
            if random.happens(0.5) || terms.count > 5 {
                terms.append(kernel)
            } else {
                terms = terms.map { $0 * kernel }
            }
        }
        var values = [Float](repeating: 0, count: length)
        for term in terms { values.add(sample(of: term)) }
        // Few series are as smooth as these kernels.
        if random.happens(0.6) { values.add(noise(), times: random.logUniform(in: 0.01...0.7)) }
        return values
    }

    /// The bank of KernelSynth, its scales in lengths of the series.
    private mutating func bankKernel() -> KernelProduct {
        let length = Float(length)
        switch random.nextInteger(in: 0...13) {
        case 0: return KernelProduct(stationary: [.constant])
        case 1: return KernelProduct(isNoise: true)
        case 2, 3: return KernelProduct(zeros: [random.nextUniform(in: -0.5...1.5)])
        case 4, 5: return KernelProduct(stationary: [.squaredExponential(scale: length * scale(from: 0.02))])
        case 6, 7:
            return KernelProduct(
                stationary: [
                    .rationalQuadratic(scale: length * scale(from: 0.03), mixture: random.logUniform(in: 0.1...10))
                ])
        default:
            let calendar: [Float] = [
                24, 24, 48, 96, 144, 168, 336, 7, 7, 14, 30.4, 60, 365.25, 52.18, 26.09, 4.35, 4, 6, 12, 12, 40, 10,
            ]
            let period = random.happens(0.8) ? random.element(of: calendar) : random.logUniform(in: 3...max(4, length))
            return KernelProduct(stationary: [.periodic(period: period, scale: random.logUniform(in: 0.4...2))])
        }
    }

    private mutating func scale(from lowest: Float) -> Float { random.logUniform(in: lowest...2) }

    /// A sample of a product of kernels with variance 1, or where there are linear factors, one that grows with them.
    mutating func sample(of product: KernelProduct) -> [Float] {
        var values: [Float]
        if product.isNoise {
            values = random.normals(length)
            values.multiply(by: random.logUniform(in: 0.05...1))
        } else if product.stationary.isEmpty {
            values = [Float](repeating: random.nextNormal(), count: length)
        } else {
            values = stationarySample(of: product.stationary)
        }
        for zero in product.zeros {
            for index in values.indices { values[index] *= 2 * (Float(index) / Float(length) - zero) }
        }
        return values
    }

    /// A sum of waves with frequencies of the kernels' spectrum and normal amplitudes (Rahimi & Recht, 2007): normal at
    /// each step, and its covariance is on average the kernel's.
    package mutating func stationarySample(of kernels: [StationaryKernel], groupCount: Int = 16) -> [Float] {
        var sums = [SIMD8<Float>](repeating: .zero, count: length)
        let size = (1 / Float(groupCount * 8)).squareRoot()
        for _ in 0..<groupCount {
            let amplitudes = random.normals(16)
            var (real, imaginary) = (SIMD8<Float>(), SIMD8<Float>())
            var (cosines, sines) = (SIMD8<Float>(), SIMD8<Float>())
            for lane in 0..<8 {
                var frequency: Float = 0
                for kernel in kernels { frequency += kernel.frequency(using: &random) }
                (cosines[lane], sines[lane]) = (cos(frequency), sin(frequency))
                (real[lane], imaginary[lane]) = (size * amplitudes[2 * lane], size * amplitudes[2 * lane + 1])
            }
            // Each wave turns on by its frequency: no sine is taken for a step.
            for index in sums.indices {
                sums[index] += real
                let turned = real * cosines - imaginary * sines
                imaginary = real * sines + imaginary * cosines
                real = turned
            }
        }
        return sums.map { $0.sum() }
    }
}
