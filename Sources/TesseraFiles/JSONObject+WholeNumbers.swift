extension JSONObject {
    /// A list of whole numbers within `range`, one at least.
    ///
    /// - Parameters:
    ///   - standard: where there is none.
    ///   - mostCount: how many there may be.
    /// - Throws: `FileError` naming the key.
    package func wholeNumbers(
        _ key: String, in range: ClosedRange<Int>, default standard: [Int], atMost mostCount: Int = .max
    ) throws(FileError) -> [Int] {
        guard let numbers = try numbers(key) else { return standard }
        let whole = numbers.compactMap { Int(exactly: $0) }.filter(range.contains)
        guard whole.count == numbers.count, !whole.isEmpty, whole.count <= mostCount else {
            let most = mostCount == .max ? "" : "1 to \(mostCount) "
            throw error(key, "it must hold \(most)whole numbers between \(range.lowerBound) and \(range.upperBound)")
        }
        return whole
    }
}
