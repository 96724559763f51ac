#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How a picture is resized. The raw values are Pillow's, as `resample` in preprocessor_config.json has them.
public enum ResamplingFilter: Int, Sendable, CaseIterable {
    /// The pixel at the place, without any average.
    case nearest = 0
    /// A sinc, windowed with a wider one: sharp, and the costliest; six pixels across.
    case lanczos = 1
    /// A triangle two pixels across: linear interpolation where a picture is enlarged.
    case bilinear = 2
    /// Keys' cubic with a = -0.5, four pixels across (Keys, 1981).
    case bicubic = 3
    /// The plain mean of the pixels under one pixel.
    case box = 4
    /// A sinc, windowed with Hamming's cosine; two pixels across, and sharper than the triangle.
    case hamming = 5

    /// How far the filter reaches from its centre, in pixels of the smaller picture; nearest has no filter.
    var support: Double {
        switch self {
        case .nearest, .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The weight, before normalisation, of a pixel at distance `x` from the centre.
    func weight(at x: Double) -> Double {
        let distance = abs(x)
        switch self {
        case .nearest, .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear: return distance < 1 ? 1 - distance : 0
        case .hamming:
            if distance == 0 { return 1 }
            if distance >= 1 { return 0 }
            let angle = distance * Double.pi
            return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
        case .bicubic:  // Keys 1981 with a = -0.5
            let a = -0.5
            if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
            if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * a }
            return 0
        case .lanczos: return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
        }
    }

    private func sinc(_ x: Double) -> Double {
        x == 0 ? 1 : sin(x * Double.pi) / (x * Double.pi)
    }
}

/// For each output column (or row), the input columns it is a weighted mean of.
///
/// When shrinking, the filter is widened by the scale, so that every input pixel counts (antialiasing). Weights are
/// fixed-point numbers with 22 fractional bits, rounded as Pillow rounds them: results are equal bit for bit.
struct ResamplingWeights {
    /// Fractional bits of a weight: 8 bits of pixel and 2 of overshoot leave 22 of 32.
    static let precision: Int32 = 32 - 8 - 2

    /// What a weight of 1 of the fixed-point numbers stands for.
    static let unit = 1 / Float(1 << precision)

    /// Which inputs are read at all.
    var inputs: Range<Int> { first[0]..<first[first.count - 1] + count[count.count - 1] }

    /// The first input index of each output.
    private(set) var first: [Int] = []
    /// The number of inputs of each output.
    private(set) var count: [Int] = []
    /// The weights, `stride` an output.
    private(set) var weights: [Int32]
    let stride: Int

    /// Weights for the `outputs` among `outputSize` of a line of `inputSize` pixels.
    init(inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResamplingFilter) {
        let scale = Double(inputSize) / Double(outputSize)
        let widening = max(scale, 1)
        let support = filter.support * widening
        stride = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: stride * outputs.count)
        var row = [Double](repeating: 0, count: stride)
        for (line, output) in outputs.enumerated() {
            let center = (Double(output) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(inputSize, Int(center + support + 0.5))
            var sum = 0.0
            for index in 0..<end - start {
                let inverse = 1 / widening
                row[index] = filter.weight(at: (Double(index + start) - center + 0.5) * inverse)
                sum += row[index]
            }
            for index in 0..<end - start {
                let normalised = sum != 0 ? row[index] / sum : row[index]
                let fixed = normalised * Double(1 << Self.precision)
                weights[line * stride + index] = Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
            }
            first.append(start)
            count.append(end - start)
        }
    }
}
