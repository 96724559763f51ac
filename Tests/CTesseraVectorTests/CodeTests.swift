import CTesseraVector
import Testing

/// Numbers in 8 bits, and in 16, as they are packed, prepared and turned back.
@Suite struct CodeTests {
    /// y = x Wᵀ in int8 through all that a product does.
    private func product(
        _ set: tessera_kernel_set, _ x: [Float], _ weight: [Float], rows: Int, input: Int, output: Int
    ) -> [Float] {
        var y = [Float](repeating: 777, count: rows * output)
        withScratch(set.packed_bytes(TESSERA_INT8, Int64(input), Int64(output))) { data in
            var matrix = tessera_packed_matrix(
                precision: TESSERA_INT8, input: Int64(input), output: Int64(output), data: data)
            let panels = Int64((output + Int(set.panel_width) - 1) / Int(set.panel_width))
            set.pack(&matrix, weight, 0, panels)
            withPrepared(set, TESSERA_INT8, x, rows: rows, input: input) {
                multiply(set, matrix, tessera_epilogue(), $0, &y, panels: 0..<panels)
            }
        }
        return y
    }

    /// Neighbouring products of the largest codes add up to more than 16 bits hold: where they are added in 16 bits, codes leave
    /// them room.
    @Test(arguments: availableSets, [1, 5, 64])
    func sumsOfTheLargestCodesDoNotSaturate(set name: String, rows: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let signs: [(Int) -> Float] = [
            { _ in 1 }, { _ in -1 }, { $0 % 2 == 0 ? 1 : -1 }, { $0 % 4 < 2 ? 1 : -1 }, { $0 % 8 < 4 ? 1 : -1 },
            { $0 % 8 == 0 ? 1 : 0 }, { $0 == 511 ? -1 : 0 },
        ]
        let weight = signs.flatMap { sign in (0..<512).map(sign) }
        let y = product(
            set, [Float](repeating: 1, count: rows * 512), weight, rows: rows, input: 512, output: signs.count)
        let expected: [Double] = [512, -512, 0, 0, 0, 64, -1]
        #expect(relativeError(y, (0..<rows).flatMap { _ in expected }) <= 1e-6)
    }

    /// What is not finite stays visible, in its own row, and in its own column.
    @Test(arguments: availableSets, [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteStaysVisible(set name: String, value: Float) {
        let set = tessera_kernels_named(name)!.pointee
        let weight = noise(5 * 40, seed: 1)
        var x = noise(3 * 40, seed: 2)
        x[45] = value
        let rows = product(set, x, weight, rows: 3, input: 40, output: 5)
        #expect(rows.indices.allSatisfy { rows[$0].isFinite == ($0 / 5 != 1) })
        var damaged = weight
        damaged[45] = value
        let columns = product(set, noise(3 * 40, seed: 2), damaged, rows: 3, input: 40, output: 5)
        #expect(columns.indices.allSatisfy { columns[$0].isFinite == ($0 % 5 != 1) })
    }

    /// Integer sums of encoded rows and weights, computed elsewhere and finished here, are the very numbers of a product.
    @Test(arguments: availableSets, [[1, 16, 3], [7, 70, 33], [20, 200, 64]])
    func finishedSumsEqualTheProduct(set name: String, sizes: [Int]) {
        let set = tessera_kernels_named(name)!.pointee
        let (rows, input, output) = (sizes[0], sizes[1], sizes[2])
        let (x, weight) = (noise(rows * input, seed: 1), noise(output * input, seed: 2))
        var codes = [Int8](repeating: 0, count: output * input)
        var (scales, sums) = ([Float](repeating: 0, count: output), [Int32](repeating: 0, count: output))
        set.encode_weights(weight, Int64(input), 0, Int64(output), &codes, &scales, &sums)
        var bytes = [UInt8](repeating: 0, count: rows * input)
        var (rowScales, zeroPoints) = ([Float](repeating: 0, count: rows), [Int32](repeating: 0, count: rows))
        var y = [Float](repeating: 0, count: rows * output)
        rowScales.withUnsafeMutableBufferPointer { rowScales in
            zeroPoints.withUnsafeMutableBufferPointer { zeroPoints in
                var rowCodes = tessera_row_codes(scales: rowScales.baseAddress, zero_points: zeroPoints.baseAddress)
                set.encode_rows(TESSERA_INT8, x, Int64(input), 0, Int64(rows), &bytes, &rowCodes)
                for index in y.indices {
                    let (row, column) = (index / output, index % output)
                    let sum = (0..<input).reduce(Int32(0)) {
                        $0 + Int32(bytes[row * input + $1]) * Int32(codes[column * input + $1])
                    }
                    y[index] = Float(bitPattern: UInt32(bitPattern: sum))
                }
                scales.withUnsafeBufferPointer { scales in
                    sums.withUnsafeBufferPointer { sums in
                        var columnCodes = tessera_column_codes(scales: scales.baseAddress, sums: sums.baseAddress)
                        var epilogue = tessera_epilogue()
                        set.finish(&epilogue, &rowCodes, &columnCodes, 0, Int64(rows), Int64(output), &y)
                    }
                }
            }
        }
        #expect(y == product(set, x, weight, rows: rows, input: input, output: output))
    }

    @Test(arguments: availableSets)
    func rowsAreRoundedToTheNearestBfloat16(set name: String) {
        let set = tessera_kernels_named(name)!.pointee
        let values = noise(67, seed: 1) + [0, -0, .infinity, -.infinity, 1 + 1 / 256, 1 + 3 / 256]
        var halves = [UInt16](repeating: 0, count: values.count)
        var codes = tessera_row_codes()
        set.encode_rows(TESSERA_BFLOAT16, values, Int64(values.count), 0, 1, &halves, &codes)
        for (value, half) in zip(values, halves) {
            let rounded = Float(bitPattern: UInt32(half) << 16)
            #expect(rounded == value || abs(rounded - value) <= abs(value) / 256, "\(value)")
        }
        #expect(Array(halves.suffix(2)) == [0x3F80, 0x3F82])
        var nan = [UInt16](repeating: 0, count: 1)
        set.encode_rows(TESSERA_BFLOAT16, [Float(bitPattern: 0x7F80_0001)], 1, 0, 1, &nan, &codes)
        #expect(Float(bitPattern: UInt32(nan[0]) << 16).isNaN)
    }

    /// Rows that are columns of what is given.
    @Test(arguments: availableSets, [(1, 1), (5, 33), (40, 700), (70, 1600)])
    func transposesArePreparedAsTheirMatrices(set name: String, size: (rows: Int, input: Int)) {
        let set = tessera_kernels_named(name)!.pointee
        let (rows, input) = (Int64(size.rows), Int64(size.input))
        let x = noise(size.rows * size.input, seed: 1)
        var transposed = [Float](repeating: 0, count: x.count)
        set.transpose(x, input, rows, input, &transposed, rows)
        for precision in [TESSERA_FLOAT32, TESSERA_BFLOAT16] {
            let count = set.prepared_bytes(precision, rows, input)
            let prepared = [false, true].map { transposing in
                withScratch(count) { data -> [UInt8] in
                    data.initializeMemory(as: UInt8.self, repeating: 0, count: count)
                    var target = tessera_prepared_rows(precision: precision, rows: rows, input: input, data: data)
                    if transposing {
                        let middle = rows / 2
                        set.prepare_transposing(&target, transposed, rows, 0, middle)
                        set.prepare_transposing(&target, transposed, rows, middle, rows)
                    } else {
                        set.prepare(&target, x, input, 0, rows)
                    }
                    return Array(UnsafeRawBufferPointer(start: data, count: count))
                }
            }
            #expect(prepared[0] == prepared[1])
        }
    }
}
