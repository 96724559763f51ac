/// Which samples are set aside for validation: those with the smallest random numbers.
///
/// The library's shuffle may change from one Swift to the next; an order by random numbers does not.
///
/// - Parameters:
///   - fraction: 0 to less than 1, rounded; at least one sample remains and, unless 0, where there are two, one is chosen.
///   - numbers: one a sample.
package func setAside(_ fraction: Double, ofSamplesWith numbers: [UInt64]) -> [Bool] {
    precondition(fraction >= 0 && fraction < 1, "a share of the samples, not all of them")
    var isChosen = [Bool](repeating: false, count: numbers.count)
    guard fraction > 0 else { return isChosen }
    let wanted = Int((Double(numbers.count) * fraction).rounded())
    let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    for index in order.prefix(min(max(wanted, 1), numbers.count - 1)) { isChosen[index] = true }
    return isChosen
}
