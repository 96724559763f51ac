import TesseraLayers
import TesseraTensor
import TestSupport
import Testing

/// Convolutions of maps and their poolings, against plain loops in double precision.
@Suite struct Convolution2DTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var batch = 1, rows = 1, columns = 1, input = 1, output = 1
        var side = 1, stride = 1, dilation = 1
        var padding: Int?
        var testDescription: String {
            "\(batch) × \(rows) × \(columns) × \(input) to \(output), \(side), \(stride), \(dilation), \(padding ?? -1)"
        }

        /// Cells beyond each edge.
        var margin: Int { padding ?? side / 2 * dilation }

        var outputShape: [Int] {
            let cells = [rows, columns].map { ($0 + 2 * margin - (side - 1) * dilation - 1) / stride + 1 }
            return [batch] + cells + [output]
        }

        /// Calls `body` with each cell that the window of an output cell sees: where it stands in the window, and on the map.
        func cells(_ row: Int, _ column: Int, _ body: (_ place: Int, _ row: Int, _ column: Int) -> Void) {
            for place in 0..<side * side {
                let down = row * stride + place / side * dilation - margin
                let right = column * stride + place % side * dilation - margin
                if (0..<rows).contains(down) && (0..<columns).contains(right) { body(place, down, right) }
            }
        }
    }

    static let shapes = [
        Shape(), Shape(rows: 5, columns: 4, input: 3, output: 7, side: 3),
        Shape(batch: 2, rows: 9, columns: 6, input: 4, output: 33, side: 3, stride: 2),
        Shape(rows: 11, columns: 13, input: 3, output: 8, side: 7, stride: 2),
        Shape(batch: 2, rows: 7, columns: 5, input: 6, output: 10, stride: 2),
        Shape(batch: 3, rows: 4, columns: 6, input: 5, output: 9),
        Shape(rows: 7, columns: 8, input: 2, output: 5, side: 3, dilation: 2),
        Shape(rows: 2, columns: 1, input: 2, output: 3, side: 7, stride: 2, dilation: 3),
        Shape(rows: 60, columns: 41, input: 16, output: 24, side: 3),
    ]

    /// Windows without a middle on the first cell, or without one at all.
    static let paddedShapes = [
        Shape(rows: 8, columns: 12, input: 3, output: 5, side: 4, stride: 4, padding: 0),
        Shape(batch: 2, rows: 9, columns: 7, input: 4, output: 6, side: 2, stride: 2, padding: 0),
        Shape(rows: 9, columns: 6, input: 3, output: 8, side: 8, stride: 3, padding: 4),
        Shape(rows: 6, columns: 5, input: 2, output: 7, side: 3, padding: 0),
        Shape(rows: 4, columns: 5, input: 2, output: 3, padding: 1),
    ]

    private func noise(_ shape: [Int], seed: UInt64) -> Tensor {
        var random = SplitMix(state: seed)
        return Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in .random(in: -1...1, using: &random) })
    }

    /// Float32 differs by the order of its sums, bfloat16 by the rounding of weights and cells, which keep 8 bits.
    @Test(arguments: shapes + paddedShapes, [(Precision.float32, Float(1e-5)), (.bfloat16, 2e-2)])
    func everyCellIsTheSumOfItsWindow(_ shape: Shape, _ test: (precision: Precision, tolerance: Float)) {
        let x = noise([shape.batch, shape.rows, shape.columns, shape.input], seed: 1)
        let weight = noise([shape.output, shape.side * shape.side * shape.input], seed: 2)
        let (bias, addend) = (noise([shape.output], seed: 3), noise(shape.outputShape, seed: 4))
        var convolution = Convolution2D(
            inputChannels: shape.input, outputChannels: shape.output, side: shape.side, stride: shape.stride,
            dilation: shape.dilation, padding: shape.padding)
        convolution.projection.weight = Weight(.packed(PackedMatrix(weight, precision: test.precision)))
        convolution.projection.bias = bias
        let plain = sums(x, weight, bias, shape)
        #expect(relativeError(convolution(x), plain) <= test.tolerance)
        var added = plain
        added += addend
        let activated = convolution(x, activation: .relu, adding: addend)
        #expect(relativeError(activated, Activation.relu(added)) <= test.tolerance)
        convolution.tile()
        #expect(relativeError(convolution(x), plain) <= test.tolerance)
        let tiled = convolution(x, activation: .relu, adding: addend)
        #expect(relativeError(tiled, Activation.relu(added)) <= test.tolerance)
    }

    private func sums(_ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ shape: Shape) -> Tensor {
        var values: [Float] = []
        for item in 0..<shape.batch {
            for row in 0..<shape.outputShape[1] {
                for column in 0..<shape.outputShape[2] {
                    for output in 0..<shape.output {
                        var sum = Double(bias[output])
                        shape.cells(row, column) { place, down, right in
                            for channel in 0..<shape.input {
                                sum +=
                                    Double(x[item, down, right, channel])
                                    * Double(weight[output, place * shape.input + channel])
                            }
                        }
                        values.append(Float(sum))
                    }
                }
            }
        }
        return Tensor(shape: shape.outputShape, values)
    }

    /// What lies beyond the edges is not the greatest, even where all is below 0.
    @Test(arguments: shapes)
    func poolingTakesTheGreatest(_ shape: Shape) {
        var x = noise([shape.batch, shape.rows, shape.columns, shape.input], seed: 5)
        x.withMutableValues { values in for index in values.indices { values[index] -= 2 } }
        var values: [Float] = []
        for cell in 0..<shape.batch * shape.outputShape[1] * shape.outputShape[2] {
            let (line, column) = cell.quotientAndRemainder(dividingBy: shape.outputShape[2])
            for channel in 0..<shape.input {
                var greatest = -Float.infinity
                var plain = shape
                plain.dilation = 1
                plain.cells(line % shape.outputShape[1], column) { _, down, right in
                    greatest = max(greatest, x[line / shape.outputShape[1], down, right, channel])
                }
                values.append(greatest)
            }
        }
        let pooled = x.maxPooled(side: shape.side, stride: shape.stride)
        #expect(pooled == Tensor(shape: shape.outputShape.dropLast() + [shape.input], values))
    }
}
