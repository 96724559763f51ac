import TesseraTensor
import Testing

/// Copies of parts of tensors, against the same by subscripts: what they do with every element, and in which order.
@Suite struct GatherTests {
    /// 0, 1, 2, …: a tensor each of whose elements says where it comes from.
    private func counting(_ shape: [Int], from first: Float = 0) -> Tensor {
        Tensor(shape: shape, (0..<shape.reduce(1, *)).map { first + Float($0) })
    }

    @Test(arguments: [(1, 1, 1), (3, 2, 5), (4, 7, 1), (2, 0, 3), (2, 3, 0), (0, 2, 3)])
    func joinedTensorsStandSideBySide(rows: Int, left: Int, right: Int) {
        let (a, b) = (counting([rows, left]), counting([rows, right], from: 1000))
        let joined = a.joined(with: b)
        #expect(joined.shape == [rows, left + right])
        let expected = (0..<rows).flatMap { row in
            (0..<left).map { a[row, $0] } + (0..<right).map { b[row, $0] }
        }
        #expect(joined.values == expected)
    }

    /// Also pictures that are no multiple of a patch, of which the last rows and columns are left out.
    @Test(
        arguments: [(1, 1), (2, 3)],
        [(height: 4, width: 4, patch: (2, 2)), (6, 9, (2, 3)), (5, 8, (2, 3)), (3, 3, (3, 3)), (2, 2, (3, 3))])
    func patchesAreFlattenedRowByRow(
        _ planes: (batch: Int, channels: Int), _ size: (height: Int, width: Int, patch: (height: Int, width: Int))
    ) {
        let picture = counting([planes.batch, planes.channels, size.height, size.width])
        let (rows, columns) = (size.height / size.patch.height, size.width / size.patch.width)
        let patches = picture.patches(height: size.patch.height, width: size.patch.width)
        #expect(
            patches.shape == [planes.batch, rows * columns, planes.channels * size.patch.height * size.patch.width])
        var expected: [Float] = []
        for item in 0..<planes.batch {
            for patch in 0..<rows * columns {
                let (top, left) = (patch / columns * size.patch.height, patch % columns * size.patch.width)
                for channel in 0..<planes.channels {
                    for row in top..<top + size.patch.height {
                        expected += (left..<left + size.patch.width).map { picture[item, channel, row, $0] }
                    }
                }
            }
        }
        #expect(patches.values == expected)
    }

    @Test(arguments: [(1, 3, 4, 1), (2, 5, 3, 0), (2, 5, 3, 1), (3, 1, 2, 2)], [false, true])
    func leadingTokensComeBeforeEachSequence(
        _ size: (batch: Int, tokens: Int, hidden: Int, leading: Int), hasPositions: Bool
    ) {
        let leadingCount = size.leading
        let tokens = counting([size.batch, size.tokens, size.hidden])
        let leading = (0..<leadingCount).map { counting([size.hidden], from: Float(1000 * ($0 + 1))) }
        let length = leadingCount + size.tokens
        let positions = hasPositions ? counting([length, size.hidden], from: 10_000) : nil
        let sequences = tokens.prepending(leading, adding: positions)
        #expect(sequences.shape == [size.batch, length, size.hidden])
        for item in 0..<size.batch {
            for token in 0..<length {
                for column in 0..<size.hidden {
                    let own =
                        token < leadingCount ? leading[token][column] : tokens[item, token - leadingCount, column]
                    #expect(sequences[item, token, column] == own + (positions?[token, column] ?? 0))
                }
            }
        }
    }

    @Test(arguments: [(1, 5, 3), (2, 6, 4), (3, 8, 1)], [0, 1, 4])
    func theMeanIsOfTheTokensFromTheFirstOn(_ size: (batch: Int, tokens: Int, hidden: Int), first: Int) {
        let tokens = counting([size.batch, size.tokens, size.hidden])
        let means = tokens.meanOfTokens(from: first)
        #expect(means.shape == [size.batch, size.hidden])
        for item in 0..<size.batch {
            for column in 0..<size.hidden {
                let values = (first..<size.tokens).map { Double(tokens[item, $0, column]) }
                let mean = values.reduce(0, +) / Double(values.count)
                #expect(abs(Double(means[item, column]) - mean) <= 1e-6 * max(1, mean))
            }
        }
    }
}
