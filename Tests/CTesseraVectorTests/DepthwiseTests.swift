import CTesseraVector
import Testing

/// Convolutions that keep channels apart, against plain loops.
@Suite struct DepthwiseTests {
    /// Rows below may lie beyond the map, as what is beside it does.
    @Test(arguments: availableSets, [(1, 1), (7, 3), (16, 2), (40, 9), (65, 5), (8, 0)])
    func everyCellIsTheSumOfItsWindow(set name: String, _ size: (channels: Int, columns: Int)) {
        let set = tessera_kernels_named(name)!.pointee
        let (channels, columns) = size
        let width = columns * channels
        let (x, weight, bias) = (
            noise(3 * width, seed: 1), noise(9 * channels, seed: 2), noise(channels, seed: 3)
        )
        for (index, activation) in activations.enumerated() {
            let rows = 3 - index % 3
            var y = [Float](repeating: 777, count: width + 1)
            x.withUnsafeBufferPointer { x in
                let lines = (0..<3).map { row in row < rows ? x.baseAddress.map { $0 + row * width } : nil }
                set.convolve_row(lines, Int64(columns), Int64(channels), weight, bias, activation, &y)
            }
            #expect(y.removeLast() == 777)
            let expected = (0..<width).map { place in
                let (column, channel) = place.quotientAndRemainder(dividingBy: channels)
                var sum = Double(bias[channel])
                for cell in 0..<9 where cell / 3 < rows && (0..<columns).contains(column + cell % 3 - 1) {
                    let seen = cell / 3 * width + (column + cell % 3 - 1) * channels + channel
                    sum += Double(x[seen]) * Double(weight[cell * channels + channel])
                }
                return activated(activation, sum)
            }
            #expect(relativeError(y, expected) <= 1e-5)
        }
    }
}
