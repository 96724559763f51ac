internal import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Positions that turn queries and keys (Su et al., 2021, RoFormer): pair `i` of a head by `position * base^(-2i / size)`.
///
/// Halves of a head are its pairs' coordinates, as in GPT-NeoX and Llama, not neighbours as in the paper.
public struct RotaryPositions: Sendable, Equatable {
    /// By which angle each pair of a head is turned from one position to the next; a head may have numbers beyond them, which are
    /// not turned.
    public let frequencies: [Float]
    /// What turned queries and keys are multiplied with.
    public let scale: Float

    /// - Parameters:
    ///   - size: how many numbers of a head are turned, even.
    ///   - base: what the wavelengths grow towards, theta: 10000 in the paper.
    ///   - scaling: how the frequencies are changed for longer texts than a model was trained on at first.
    public init(size: Int, base: Double = 10_000, scaling: Scaling = .none) {
        precondition(size > 0 && size % 2 == 0, "\(size) numbers make no pairs")
        // In single precision, as the reference has them: an angle of thousands of radians shows each rounding.
        let frequencies = (0..<size / 2).map { 1 / powf(Float(base), Float(2 * $0) / Float(size)) }
        self.frequencies = scaling.scaled(frequencies, size: size, base: base)
        scale = scaling.attentionFactor
    }

    /// What turns the tokens at these positions.
    func callAsFunction(_ positions: [Int]) -> Rotation {
        let angles = positions.flatMap { position in frequencies.map { Float(position) * $0 } }
        return Rotation(angles: Tensor(shape: [positions.count, frequencies.count], angles), scale: scale)
    }
}
