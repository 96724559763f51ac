#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Triangular filters, evenly spaced on a mel scale, that gather the frequencies of a spectrum. Each covers a few
/// frequencies only, and no others are stored.
package struct MelFilterBank: Sendable {
    package let frequencyCount: Int
    package let melBinCount: Int
    /// The first frequency of each filter, and where its weights begin; one more of these for the end.
    private var firstFrequencies: [Int32] = []
    private var weightStarts: [Int32] = [0]
    private var weights: [Float] = []

    /// - Parameter weight: The weight of a frequency in a filter, by their numbers; 0 or less outside of the filter.
    private init(frequencyCount: Int, melBinCount: Int, weight: (_ frequency: Int, _ bin: Int) -> Double) {
        self.frequencyCount = frequencyCount
        self.melBinCount = melBinCount
        for bin in 0..<melBinCount {
            let first = (0..<frequencyCount).first { weight($0, bin) > 0 } ?? 0
            firstFrequencies.append(Int32(first))
            for frequency in first..<frequencyCount {
                let weight = weight(frequency, bin)
                guard weight > 0 else { break }
                weights.append(Float(weight))
            }
            weightStarts.append(Int32(weights.count))
        }
    }

    /// The filters of Whisper: Slaney's mel scale (Auditory Toolbox, 1998; linear up to 1000 Hz, logarithmic above), from 0
    /// to 8000 Hz, each of area 1 over frequency.
    ///
    /// - Parameters:
    ///   - transformSize: Samples that a spectrum was made of.
    ///   - sampleRate: In Hz.
    static func slaney(transformSize: Int, sampleRate: Int, melBinCount: Int) -> MelFilterBank {
        let count = transformSize / 2 + 1
        let nyquist = Double(sampleRate / 2)
        let top = slaneyMel(8000)
        let edges = (0...melBinCount + 1).map { slaneyFrequency(top * Double($0) / Double(melBinCount + 1)) }
        return MelFilterBank(frequencyCount: count, melBinCount: melBinCount) { index, bin in
            let frequency = nyquist * Double(index) / Double(count - 1)
            let rise = (frequency - edges[bin]) / (edges[bin + 1] - edges[bin])
            let fall = (edges[bin + 2] - frequency) / (edges[bin + 2] - edges[bin + 1])
            return min(rise, fall) * 2 / (edges[bin + 2] - edges[bin])
        }
    }

    /// The filters of Kaldi: the mel scale 1127 ln(1 + f / 700), from 20 Hz to half the rate, triangles over mel with the
    /// top 1.
    static func kaldi(transformSize: Int, sampleRate: Int, melBinCount: Int) -> MelFilterBank {
        func mel(_ frequency: Double) -> Double { 1127 * log(1 + frequency / 700) }
        let (bottom, top) = (mel(20), mel(Double(sampleRate) / 2))
        let step = (top - bottom) / Double(melBinCount + 1)
        return MelFilterBank(frequencyCount: transformSize / 2 + 1, melBinCount: melBinCount) { index, bin in
            let place = mel(Double(index) * Double(sampleRate) / Double(transformSize))
            let left = bottom + step * Double(bin)
            return min((place - left) / step, (left + 2 * step - place) / step)
        }
    }

    private static let slaneyLogStep = log(6.4) / 27

    private static func slaneyMel(_ frequency: Double) -> Double {
        frequency < 1000 ? frequency * 3 / 200 : 15 + log(frequency / 1000) / slaneyLogStep
    }

    private static func slaneyFrequency(_ mel: Double) -> Double {
        mel < 15 ? mel * 200 / 3 : 1000 * exp(slaneyLogStep * (mel - 15))
    }

    /// The weight of a frequency in a filter, by their numbers.
    package subscript(frequency: Int, bin: Int) -> Float {
        let place = frequency - Int(firstFrequencies[bin])
        let range = Int(weightStarts[bin])..<Int(weightStarts[bin + 1])
        return place >= 0 && place < range.count ? weights[range.lowerBound + place] : 0
    }

    /// Writes the sum of each filter over `power` `[frequencies]` to `sums` `[melBins]`.
    func apply(_ power: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>) {
        weights.withUnsafeBufferPointer { weights in
            for bin in 0..<melBinCount {
                let first = Int(firstFrequencies[bin])
                var (even, odd): (Float, Float) = (0, 0)
                let (start, end) = (Int(weightStarts[bin]), Int(weightStarts[bin + 1]))
                // Two sums, so that an addition need not wait for the one before it.
                for index in stride(from: start, to: end - 1, by: 2) {
                    even += weights[index] * power[first + index - start]
                    odd += weights[index + 1] * power[first + index + 1 - start]
                }
                if (end - start) % 2 == 1 { even += weights[end - 1] * power[first + end - 1 - start] }
                sums[bin] = even + odd
            }
        }
    }
}

/// |z|² of `count` complex numbers, real and imaginary parts in turn.
func squaredMagnitudes(_ spectrum: UnsafePointer<Float>, _ count: Int, to power: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
        let (real, imaginary) = (spectrum[2 * index], spectrum[2 * index + 1])
        power[index] = real * real + imaginary * imaginary
    }
}
