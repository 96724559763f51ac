internal import CTesseraVector

/// Rows of numbers as other libraries read them, one after the other: in bfloat16, or in bytes with a scale and a zero point a row.
struct EncodedRows: Sendable {
    private let memory: AlignedMemory
    private let scales, zeroPoints: AlignedMemory?
    private let input: Int
    private let precision: Precision

    /// Room for rows that are still to be encoded.
    init(rows: Int, input: Int, precision: Precision) {
        (self.input, self.precision) = (input, precision)
        memory = AlignedMemory(byteCount: rows * input * EncodedRows.size(precision))
        scales = precision == .int8 ? AlignedMemory(byteCount: rows * MemoryLayout<Float>.stride) : nil
        zeroPoints = precision == .int8 ? AlignedMemory(byteCount: rows * MemoryLayout<Int32>.stride) : nil
    }

    var address: UnsafeRawPointer { UnsafeRawPointer(memory.address) }

    func row(_ index: Int) -> UnsafeRawPointer { address + index * input * EncodedRows.size(precision) }

    /// What the rows' bytes mean; nil where they are no bytes.
    var codes: tessera_row_codes? {
        guard let scales, let zeroPoints else { return nil }
        return tessera_row_codes(
            scales: scales.address.assumingMemoryBound(to: Float.self),
            zero_points: zeroPoints.address.assumingMemoryBound(to: Int32.self))
    }

    /// Encodes the rows `range` of `x` `[…, input]`, on the calling thread.
    func encode(_ x: Tensor, _ range: Range<Int>) {
        x.withValues { x in
            withUnsafePointer(to: codes ?? tessera_row_codes()) {
                kernels.pointee.encode_rows(
                    precision.code, x.baseAddress!, Int64(input), Int64(range.lowerBound), Int64(range.upperBound),
                    memory.address, $0)
            }
        }
    }

    private static func size(_ precision: Precision) -> Int { precision == .int8 ? 1 : 2 }
}

/// A weight `[output, input]` in bytes, with a scale a row.
struct WeightCodes: Sendable {
    let codes: AlignedMemory
    /// The rows' scales, and the sums of their codes.
    let scales: [Float]
    let sums: [Int32]

    init(_ weight: Tensor) {
        let (output, input) = (weight.shape[0], weight.shape[1])
        let codes = AlignedMemory(byteCount: output * input)
        var scales = [Float](repeating: 0, count: output)
        var sums = [Int32](repeating: 0, count: output)
        let target = codes.address.assumingMemoryBound(to: Int8.self)
        weight.withValues { weight in
            scales.withUnsafeMutableBufferPointer { scales in
                sums.withUnsafeMutableBufferPointer { sums in
                    let (scales, sums) = (scales.baseAddress!, sums.baseAddress!)
                    Threads.forEachRange(of: output, grain: max(1, elementwiseGrain / max(1, input))) { rows in
                        kernels.pointee.encode_weights(
                            weight.baseAddress!, Int64(input), Int64(rows.lowerBound), Int64(rows.upperBound), target,
                            scales, sums)
                    }
                }
            }
        }
        (self.codes, self.scales, self.sums) = (codes, scales, sums)
    }
}

extension Epilogue {
    /// Turns the sums in the rows `rows` of `y` `[…, output]` into results, on the calling thread: of integers where there are
    /// codes.
    func finish(
        _ rows: Range<Int>, of output: Int, _ y: UnsafeMutablePointer<Float>, _ rowCodes: tessera_row_codes? = nil,
        _ weightCodes: WeightCodes? = nil
    ) {
        let finish: (UnsafePointer<tessera_row_codes>?, UnsafePointer<tessera_column_codes>?) -> Void = {
            row, column in
            withUnsafePointer(to: code) {
                kernels.pointee.finish(
                    $0, row, column, Int64(rows.lowerBound), Int64(rows.upperBound), Int64(output), y)
            }
        }
        guard let rowCodes, let weightCodes else { return finish(nil, nil) }
        weightCodes.scales.withUnsafeBufferPointer { scales in
            weightCodes.sums.withUnsafeBufferPointer { sums in
                let columnCodes = tessera_column_codes(scales: scales.baseAddress, sums: sums.baseAddress)
                withUnsafePointer(to: rowCodes) { row in withUnsafePointer(to: columnCodes) { finish(row, $0) } }
            }
        }
    }
}
