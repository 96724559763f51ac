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

/// The Euclidean norm of the difference between two tensors as a share of the expected one's; infinite where shapes differ or a value
/// is not a number. Rounding that scatters over all elements gives it the same size whatever the largest of them is.
public func relativeDistance(_ actual: Tensor, _ expected: Tensor) -> Double {
    guard actual.shape == expected.shape else { return .infinity }
    let differences = zip(actual.values, expected.values).map { Double($0) - Double($1) }
    guard differences.allSatisfy(\.isFinite) else { return .infinity }
    let norm = expected.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return differences.reduce(0) { $0 + $1 * $1 }.squareRoot() / max(norm, .leastNormalMagnitude)
}
