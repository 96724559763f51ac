public import TesseraTensor

/// The largest difference between two tensors as a share of the largest expected value; infinite where shapes differ or a
/// value is not a number.
public func relativeError(_ actual: Tensor, _ expected: Tensor) -> Float {
    guard actual.shape == expected.shape else { return .infinity }
    let (a, b) = (actual.values, expected.values)
    let errors = zip(a, b).map { abs($0 - $1) }
    guard errors.allSatisfy(\.isFinite) else { return .infinity }
    return (errors.max() ?? 0) / max(b.map(abs).max() ?? 0, .leastNormalMagnitude)
}
