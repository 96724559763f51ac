import CTesseraVector
import Testing

@Suite struct MatrixTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        let rows, input, output: Int
        var testDescription: String { "\(rows) × \(input) × \(output)" }
    }

    static let shapes = [
        Shape(rows: 1, input: 1, output: 1), Shape(rows: 3, input: 33, output: 10),
        Shape(rows: 13, input: 40, output: 70),
        Shape(rows: 29, input: 257, output: 33), Shape(rows: 300, input: 64, output: 65),
        Shape(rows: 17, input: 1100, output: 96), Shape(rows: 1, input: 3300, output: 100),
        Shape(rows: 1, input: 37, output: 293),
    ]

    /// Float32 differs by the order of sums; bfloat16 keeps 8 bits of a weight and int8 at least 7 bits of a weight and of an
    /// activation, whose errors partly cancel in a sum.
    static let tolerance: [Double] = [3e-6, 1e-2, 3e-2]

    @Test(arguments: availableSets, shapes)
    func productsEqualTheReference(set name: String, shape: Shape) {
        for precision in [TESSERA_FLOAT32, TESSERA_BFLOAT16, TESSERA_INT8] {
            for (activation, withAddend) in activations.flatMap({ [($0, false), ($0, true)] }) {
                let result = product(name, shape, precision, activation, withAddend: withAddend)
                let error = relativeError(result.actual, result.expected)
                #expect(
                    error <= Self.tolerance[Int(precision.rawValue)],
                    "precision \(precision), activation \(activation), addend \(withAddend)")
            }
        }
    }

    /// Rows prepared block by block give what rows prepared at once give: each row's sums and scales are its own.
    @Test(arguments: availableSets, shapes)
    func productsOfBlocksOfRowsEqualThoseOfAllRows(set name: String, shape: Shape) {
        let set = tessera_kernels_named(name)!.pointee
        let (rows, input, output) = (shape.rows, shape.input, shape.output)
        let x = noise(rows * input, seed: 1)
        let weight = noise(output * input, seed: 2)
        let residual = noise(rows * output, seed: 3)
        let panels = Int64((output + Int(set.panel_width) - 1) / Int(set.panel_width))
        for precision in [TESSERA_FLOAT32, TESSERA_BFLOAT16, TESSERA_INT8] {
            var whole = [Float](repeating: 777, count: rows * output)
            var blocks = whole
            withScratch(set.packed_bytes(precision, Int64(input), Int64(output))) { packed in
                var matrix = tessera_packed_matrix(
                    precision: precision, input: Int64(input), output: Int64(output), data: packed)
                set.pack(&matrix, weight, 0, panels)
                residual.withUnsafeBufferPointer { residual in
                    let epilogue = tessera_epilogue(
                        bias: nil, addend: nil, activation: TESSERA_TANH, scale: nil,
                        residual: residual.baseAddress)
                    withPrepared(set, precision, x, rows: rows, input: input) { prepared in
                        multiply(set, matrix, epilogue, prepared, &whole, panels: 0..<panels)
                    }
                    let middle = Int64(rows / 3)
                    for part in [0..<middle, middle..<Int64(rows)] {
                        multiplyRows(set, matrix, epilogue, x, part, into: &blocks)
                    }
                }
            }
            #expect(zip(whole, blocks).allSatisfy { $0 == $1 }, "precision \(precision)")
        }
    }

    /// A row alone passes several panels side by side: its sums are those that it has among others.
    @Test(arguments: availableSets, [64, 293])
    func aRowAloneHasTheBitsThatItHasAmongOthers(set name: String, output: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let (rows, input) = (5, 1700)
        let x = noise(rows * input, seed: 1)
        let weight = noise(output * input, seed: 2)
        let bias = noise(output, seed: 3)
        let other = noise(rows * output, seed: 4)
        for precision in [TESSERA_FLOAT32, TESSERA_BFLOAT16, TESSERA_INT8] {
            withScratch(set.packed_bytes(precision, Int64(input), Int64(output))) { packed in
                var matrix = tessera_packed_matrix(
                    precision: precision, input: Int64(input), output: Int64(output), data: packed)
                set.pack(&matrix, weight, 0, Int64((output + Int(set.panel_width) - 1) / Int(set.panel_width)))
                bias.withUnsafeBufferPointer { bias in
                    other.withUnsafeBufferPointer { other in
                        for (addend, residual) in [(nil, nil), (other, nil), (nil, other)] as [(_?, _?)] {
                            let epilogue = tessera_epilogue(
                                bias: bias.baseAddress, addend: addend?.baseAddress, activation: TESSERA_IDENTITY,
                                scale: nil, residual: residual?.baseAddress)
                            let parts = [[0, rows], Array(0...rows)].map { bounds in
                                zip(bounds, bounds.dropFirst()).reduce(
                                    into: [Float](repeating: 777, count: rows * output)
                                ) {
                                    multiplyRows(set, matrix, epilogue, x, Int64($1.0)..<Int64($1.1), into: &$0)
                                }
                            }
                            #expect(parts[0] == parts[1], "precision \(precision)")
                        }
                    }
                }
            }
        }
    }

    private func multiplyRows(
        _ set: tessera_kernel_set, _ matrix: tessera_packed_matrix, _ epilogue: tessera_epilogue, _ x: [Float],
        _ rows: Range<Int64>, into y: inout [Float]
    ) {
        y.withUnsafeMutableBufferPointer { y in
            var product = tessera_product(matrix: matrix, epilogue: epilogue, y: y.baseAddress)
            withScratch(set.multiply_rows_scratch_bytes(matrix.precision, matrix.input)) {
                set.multiply_rows(&product, 1, x, rows.lowerBound, rows.upperBound, $0)
            }
        }
    }

    /// Only some of the panels: the others' columns stay as they were.
    @Test(arguments: availableSets)
    func aPartOfThePanelsIsComputedAlone(set name: String) {
        let set = tessera_kernels_named(name)!.pointee
        let width = Int(set.panel_width)
        let shape = Shape(rows: 5, input: 20, output: width * 3)
        let result = product(name, shape, TESSERA_FLOAT32, TESSERA_IDENTITY, panels: 1..<2)
        for (index, value) in result.actual.enumerated() where !(width..<2 * width).contains(index % shape.output) {
            #expect(value == 777)
        }
    }

    @Test(arguments: availableSets, shapes)
    func transposesArePackedAsTheirMatrices(set name: String, shape: Shape) {
        let set = tessera_kernels_named(name)!.pointee
        let (input, output) = (shape.input, shape.output)
        let weight = noise(output * input, seed: 1)
        var transposed = [Float](repeating: 777, count: weight.count)
        set.transpose(weight, Int64(input), Int64(output), Int64(input), &transposed, Int64(output))
        #expect(transposed.indices.allSatisfy { transposed[$0] == weight[$0 % output * input + $0 / output] })
        for precision in [TESSERA_FLOAT32, TESSERA_BFLOAT16] {
            let size = set.packed_bytes(precision, Int64(input), Int64(output))
            let panels = Int64((output + Int(set.panel_width) - 1) / Int(set.panel_width))
            let packed = [(set.pack, weight), (set.pack_transposing, transposed)].map { pack, weight in
                withScratch(size) { data -> [UInt8] in
                    var matrix = tessera_packed_matrix(
                        precision: precision, input: Int64(input), output: Int64(output), data: data)
                    pack!(&matrix, weight, 0, panels)
                    return Array(UnsafeRawBufferPointer(start: data, count: size))
                }
            }
            #expect(packed[0] == packed[1], "precision \(precision)")
        }
    }

    /// Each row comes out of the panels as it was rounded: in int8 what its code stands for, in float32 itself.
    @Test(arguments: availableSets, shapes)
    func rowsComeOutOfThePanels(set name: String, shape: Shape) {
        let set = tessera_kernels_named(name)!.pointee
        let (input, output) = (shape.input, shape.output)
        let weight = noise(output * input, seed: 1)
        var codes = [Int8](repeating: 0, count: weight.count)
        var (scales, sums) = ([Float](repeating: 0, count: output), [Int32](repeating: 0, count: output))
        set.encode_weights(weight, Int64(input), 0, Int64(output), &codes, &scales, &sums)
        let expected: [tessera_precision: (Int) -> ClosedRange<Float>] = [
            TESSERA_FLOAT32: { weight[$0]...weight[$0] },
            TESSERA_BFLOAT16: { weight[$0] - abs(weight[$0]) / 256...weight[$0] + abs(weight[$0]) / 256 },
            TESSERA_INT8: { Float(codes[$0]) * scales[$0 / input]...Float(codes[$0]) * scales[$0 / input] },
        ]
        for (precision, range) in expected {
            var rows = [Float](repeating: .nan, count: weight.count)
            withScratch(set.packed_bytes(precision, Int64(input), Int64(output))) { data in
                var matrix = tessera_packed_matrix(
                    precision: precision, input: Int64(input), output: Int64(output), data: data)
                set.pack(&matrix, weight, 0, Int64((output + Int(set.panel_width) - 1) / Int(set.panel_width)))
                for row in 0..<output {
                    rows.withUnsafeMutableBufferPointer {
                        set.unpack_row(&matrix, Int64(row), $0.baseAddress! + row * input)
                    }
                }
            }
            #expect(rows.indices.allSatisfy { range($0).contains(rows[$0]) }, "precision \(precision)")
        }
    }

    private func product(
        _ name: String, _ shape: Shape, _ precision: tessera_precision, _ activation: tessera_activation,
        withAddend: Bool = false, panels: Range<Int>? = nil
    ) -> (actual: [Float], expected: [Double]) {
        let set = tessera_kernels_named(name)!.pointee
        let (rows, input, output) = (shape.rows, shape.input, shape.output)
        let stride = input + 3
        let x = noise(rows * stride, seed: 1)
        // Sums of the order of 1, as in a trained network: tanh and sigmoid are then not all saturated.
        let weight = noise(output * input, seed: 2).map { $0 * 2 / Float(input).squareRoot() }
        let bias = noise(output, seed: 3)
        let scale = noise(output, seed: 4)
        let residual = noise(rows * output, seed: 5)
        let addend = noise(rows * output, seed: 6)
        var y = [Float](repeating: 777, count: rows * output)
        let panelCount = (output + Int(set.panel_width) - 1) / Int(set.panel_width)
        withScratch(set.packed_bytes(precision, Int64(input), Int64(output))) { packed in
            var matrix = tessera_packed_matrix(
                precision: precision, input: Int64(input), output: Int64(output), data: packed)
            set.pack(&matrix, weight, 0, Int64(panelCount))
            withPrepared(set, precision, x, stride: stride, rows: rows, input: input) { prepared in
                bias.withUnsafeBufferPointer { bias in
                    scale.withUnsafeBufferPointer { scale in
                        residual.withUnsafeBufferPointer { residual in
                            addend.withUnsafeBufferPointer { addend in
                                let epilogue = tessera_epilogue(
                                    bias: bias.baseAddress, addend: withAddend ? addend.baseAddress : nil,
                                    activation: activation, scale: scale.baseAddress, residual: residual.baseAddress)
                                multiply(
                                    set, matrix, epilogue, prepared, &y,
                                    panels: Int64(panels?.lowerBound ?? 0)..<Int64(panels?.upperBound ?? panelCount))
                            }
                        }
                    }
                }
            }
        }
        var expected = [Double](repeating: 0, count: rows * output)
        for row in 0..<rows {
            for column in 0..<output {
                let other = withAddend ? addend[row * output + column] : 0
                let sum = (0..<input).reduce(Double(bias[column]) + Double(other)) {
                    $0 + Double(x[row * stride + $1]) * Double(weight[column * input + $1])
                }
                expected[row * output + column] =
                    Double(residual[row * output + column]) + Double(scale[column]) * activated(activation, sum)
            }
        }
        return (y, expected)
    }
}
