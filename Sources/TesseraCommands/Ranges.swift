internal import ArgumentParser

/// Refuses an option's value that lies outside a range.
///
/// - Parameter value: nil where the option is not given.
/// - Throws: `ValidationError` (exit code 64): `--threads must be between 1 and 1024, but is 0.`
public func require<Value: Comparable>(_ option: String, _ value: Value?, in range: ClosedRange<Value>) throws {
    guard let value, !range.contains(value) else { return }
    let (lowest, highest) = (wholeNumberText(range.lowerBound), wholeNumberText(range.upperBound))
    throw ValidationError("\(option) must be between \(lowest) and \(highest), but is \(wholeNumberText(value)).")
}

/// Refuses an option's value that lies below a limit.
///
/// - Parameter value: nil where the option is not given.
/// - Throws: `ValidationError` (exit code 64): `--top-k must be at least 1, but is 0.`
public func require<Value: Comparable>(_ option: String, _ value: Value?, in range: PartialRangeFrom<Value>) throws {
    guard let value, !range.contains(value) else { return }
    let lowest = wholeNumberText(range.lowerBound)
    throw ValidationError("\(option) must be at least \(lowest), but is \(wholeNumberText(value)).")
}

/// `1` where a Double's description is `1.0`: as users write it.
private func wholeNumberText(_ value: some Any) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
