internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Normal deviates in bulk, a few nanoseconds each: the ziggurat method (Marsaglia & Tsang, 2000) as Doornik (2005)
/// writes it. The density is covered by layers of equal area; a point drawn in a layer nearly always lies below the
/// density, and is taken without a logarithm or an exponential.
struct Ziggurat: Sendable {
    static let normal = Ziggurat()

    private static let layerCount = 128
    /// Where the lowest layer's rectangle ends and the tail begins.
    private static let tail: Float = 3.442_619_855_899
    /// The area of each layer.
    private static let area = 9.912_563_035_262_17e-3

    /// The layers' right ends, from the lowest layer up. `[layers + 1]`
    private let ends: [Float]
    /// How much of each layer lies wholly below the density. `[layers]`
    private let shares: [Float]

    private init() {
        var ends = [Double](repeating: 0, count: Ziggurat.layerCount + 1)
        let tail = Double(Ziggurat.tail)
        ends[0] = Ziggurat.area / exp(-0.5 * tail * tail)
        ends[1] = tail
        for layer in 2..<Ziggurat.layerCount {
            let height = exp(-0.5 * ends[layer - 1] * ends[layer - 1]) + Ziggurat.area / ends[layer - 1]
            ends[layer] = (-2 * log(height)).squareRoot()
        }
        self.ends = ends.map { Float($0) }
        shares = zip(ends, ends.dropFirst()).map { Float($1 / $0) }
    }

    func deviates(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { values, initializedCount in
            ends.withUnsafeBufferPointer { ends in
                shares.withUnsafeBufferPointer { shares in
                    for index in 0..<count {
                        // The upper 32 bits are the place in a layer, the lowest 7 the layer.
                        let bits = random.next()
                        let layer = Int(bits & 127)
                        let place = Float(Int32(truncatingIfNeeded: bits >> 32)) * 0x1p-31
                        if abs(place) < shares[layer] {
                            values[index] = place * ends[layer]
                        } else {
                            values[index] = Ziggurat.deviate(atEdge: place, of: layer, ends, shares, &random)
                        }
                    }
                }
            }
            initializedCount = count
        }
    }

    /// The deviate for a point that may lie above the density.
    private static func deviate(
        atEdge firstPlace: Float, of firstLayer: Int, _ ends: UnsafeBufferPointer<Float>,
        _ shares: UnsafeBufferPointer<Float>, _ random: inout RandomGenerator
    ) -> Float {
        var (place, layer) = (firstPlace, firstLayer)
        while true {
            if abs(place) < shares[layer] { return place * ends[layer] }
            if layer == 0 { return tailDeviate(isNegative: place < 0, &random) }
            let x = place * ends[layer]
            let lower = exp(-0.5 * (ends[layer] * ends[layer] - x * x))
            let upper = exp(-0.5 * (ends[layer + 1] * ends[layer + 1] - x * x))
            if upper + random.nextUniform() * (lower - upper) < 1 { return x }
            let bits = random.next()
            layer = Int(bits & 127)
            place = Float(Int32(truncatingIfNeeded: bits >> 32)) * 0x1p-31
        }
    }

    /// Marsaglia's method (1964) for what lies beyond `tail`.
    private static func tailDeviate(isNegative: Bool, _ random: inout RandomGenerator) -> Float {
        while true {
            let x = random.exponential() / tail
            let y = random.exponential()
            if 2 * y > x * x { return isNegative ? -(tail + x) : tail + x }
        }
    }
}
