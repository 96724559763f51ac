#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How the learning rate changes over a training: it rises in a line while it warms up, and then follows a curve.
///
/// ```swift
/// Schedule(.cosine(finalShare: 0), warmUpSteps: 100).share(step: 0, of: 1000)   // 0.01
/// ```
public struct Schedule: Sendable, Equatable {
    /// What follows the warm-up, as a share of the highest learning rate.
    public enum Curve: Sendable, Equatable {
        /// 1 to the end.
        case constant
        /// Half a period of a cosine (Loshchilov & Hutter, 2017), from 1 down to `finalShare` after the last step.
        case cosine(finalShare: Double)
        /// `sqrt(warmUpSteps / step)` (Vaswani et al., 2017).
        case inverseSquareRoot
    }

    /// What follows the warm-up.
    public var curve: Curve
    /// How many steps the rate rises for.
    public var warmUpSteps: Int

    /// - Parameters:
    ///   - curve: what follows the warm-up.
    ///   - warmUpSteps: how many steps the rate rises for; none if not said otherwise.
    public init(_ curve: Curve, warmUpSteps: Int = 0) {
        self.curve = curve
        self.warmUpSteps = warmUpSteps
    }

    /// What the learning rate is multiplied with.
    ///
    /// - Parameters:
    ///   - step: counted from 0; the first step is a useful one, of share `1 / warmUpSteps`.
    ///   - steps: how many steps the training has.
    /// - Returns: in `0 ... 1`.
    public func share(step: Int, of steps: Int) -> Double {
        if step < warmUpSteps { return Double(step + 1) / Double(warmUpSteps) }
        switch curve {
        case .constant: return 1
        case .inverseSquareRoot: return (Double(max(warmUpSteps, 1)) / Double(step + 1)).squareRoot()
        case .cosine(let finalShare):
            let progress = Double(step - warmUpSteps) / Double(max(1, steps - warmUpSteps))
            return finalShare + (1 - finalShare) * 0.5 * (1 + cos(.pi * min(1, progress)))
        }
    }
}
