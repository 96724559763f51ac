/// A sum in single precision in the order in which PyTorch takes it, on which the last bit depends: rows of eight
/// values are added to four sums in turn, each of which starts anew after 16 of them.
///
/// - Parameter values: as many as a context may have; PyTorch divides longer lists further.
func singlePrecisionSum(_ values: [Float]) -> Float {
    // Fewer than eight are rows of one.
    let width = values.count < 8 ? 1 : 8
    let rows = stride(from: 0, to: values.count / width * width, by: width).map { start in
        var row = SIMD8<Float>.zero
        for lane in 0..<width { row[lane] = values[start + lane] }
        return row
    }
    var sums = [SIMD8<Float>](repeating: .zero, count: 4)
    var totals = sums
    for turn in 0..<rows.count / 4 {
        for index in 0..<4 { sums[index] += rows[turn * 4 + index] }
        guard turn % 16 == 15 else { continue }
        for index in 0..<4 {
            totals[index] += sums[index]
            sums[index] = .zero
        }
    }
    for index in 0..<4 { sums[index] += totals[index] }
    for row in rows[(rows.count / 4 * 4)...] { sums[0] += row }
    let lanes = sums[0] + sums[1] + sums[2] + sums[3]
    let rest = values[(rows.count * width)...].reduce(0, +)
    return (0..<8).reduce(rest) { $0 + lanes[$1] }
}
