#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Reproducible random numbers: SplitMix64 (Steele et al., 2014), started from a key.
///
/// A generator is made where it is needed, from what the numbers may depend on, and never saved:
///
/// ```swift
/// var random = RandomGenerator(seed: 42, 3, 17)   // seed, epoch, sample
/// random.nextUniform()
/// ```
public struct RandomGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Generators whose keys differ in anything, or in their order, are independent of each other.
    public init(seed: UInt64, _ key: UInt64...) {
        state = RandomGenerator.mixed(seed)
        for part in key {
            state = RandomGenerator.mixed(state ^ RandomGenerator.mixed(part &+ RandomGenerator.increment))
        }
    }

    /// A generator for what bears a name, of whose bytes the key is made.
    package init(seed: UInt64, name: some Sequence<UInt8>) {
        self.init(seed: seed, fnv1a(name))
    }

    /// A generator for one part, by number, of what this one is for.
    public func part(_ index: Int) -> RandomGenerator { RandomGenerator(seed: state, UInt64(bitPattern: Int64(index))) }

    public mutating func next() -> UInt64 {
        state &+= RandomGenerator.increment
        return RandomGenerator.mixed(state)
    }

    /// Uniform in `0 ..< 1`, in steps of 2⁻²⁴.
    public mutating func nextUniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Uniform in `range`, a small one. The library's own may change from one Swift to the next.
    package mutating func nextInteger(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(Double(nextUniform()) * Double(range.count))
    }

    /// Uniform in `range`.
    package mutating func nextUniform(in range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * nextUniform()
    }

    /// Normal with mean 0 and variance 1 (Box & Muller, 1958).
    public mutating func nextNormal() -> Float {
        let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
        return Float(radius * cos(2 * .pi * Double(next() >> 11) * 0x1p-53))
    }

    private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// A number made of bytes, by which lists and names are told apart: FNV-1a (Fowler, Noll & Vo, 1991).
package func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
