internal import CTesseraVector

/// Activations as the package's own loops read them: in blocks, rounded to bfloat16 where the processor multiplies that, quantised
/// for int8; once for all panels of all matrices that they meet.
struct PreparedRows: Sendable {
    /// Which of the activations' rows these are.
    let rows: Range<Int>
    private let precision: Precision
    private let input: Int
    private let memory: AlignedMemory

    var code: tessera_prepared_rows {
        tessera_prepared_rows(
            precision: precision.code, rows: Int64(rows.count), input: Int64(input), data: memory.address)
    }

    /// The rows `rows` of `x` `[…, input]`.
    init(_ x: Tensor, rows: Range<Int>, precision: Precision) {
        let input = x.shape[x.rank - 1]
        self.init(x, RowWindows(count: x.count / max(1, input), size: input, stride: input), rows, precision)
    }

    /// Rows that lie within `x` in their own way.
    init(_ x: Tensor, in source: any ProductRows, rows: Range<Int>, precision: Precision) {
        if let windows = source as? RowWindows {
            self.init(x, windows, rows, precision)
        } else {
            self.init(x, copying: source, rows, precision)
        }
    }

    private init(_ x: Tensor, copying source: any ProductRows, _ rows: Range<Int>, _ precision: Precision) {
        self.init(rows: rows, input: source.size, precision: precision)
        let code = code
        x.withValues { x in
            Threads.forEachRange(of: rows.count, grain: max(1, elementwiseGrain / max(1, source.size))) { range in
                let copy = AlignedMemory(byteCount: source.size * MemoryLayout<Float>.stride)
                let row = copy.address.assumingMemoryBound(to: Float.self)
                withUnsafePointer(to: code) { code in
                    for index in range {
                        source.copy(rows.lowerBound + index, of: x.baseAddress!, to: row)
                        // The one row stands for all: none lies a stride away from it.
                        kernels.pointee.prepare(code, row, 0, Int64(index), Int64(index + 1))
                    }
                }
            }
        }
    }

    private init(_ x: Tensor, _ windows: RowWindows, _ rows: Range<Int>, _ precision: Precision) {
        let (input, stride) = (windows.size, windows.stride)
        self.init(rows: rows, input: input, precision: precision)
        let code = code
        x.withValues { x in
            Threads.forEachRange(of: rows.count, grain: max(1, elementwiseGrain / max(1, input))) { range in
                withUnsafePointer(to: code) {
                    kernels.pointee.prepare(
                        $0, x.baseAddress! + rows.lowerBound * stride, Int64(stride), Int64(range.lowerBound),
                        Int64(range.upperBound))
                }
            }
        }
    }

    /// All rows of the transpose of `x` `[…, rows]`, whose inputs are the rows of `x`; not for int8.
    init(transposing x: Tensor, precision: Precision) {
        let count = x.shape[x.rank - 1]
        self.init(rows: 0..<count, input: x.count / max(1, count), precision: precision)
        let code = code
        x.withValues { x in
            Threads.forEachRange(of: count, grain: max(16, elementwiseGrain / max(1, input))) { range in
                withUnsafePointer(to: code) {
                    kernels.pointee.prepare_transposing(
                        $0, x.baseAddress!, Int64(count), Int64(range.lowerBound), Int64(range.upperBound))
                }
            }
        }
    }

    private init(rows: Range<Int>, input: Int, precision: Precision) {
        (self.rows, self.input, self.precision) = (rows, input, precision)
        memory = AlignedMemory(
            byteCount: kernels.pointee.prepared_bytes(precision.code, Int64(rows.count), Int64(input)))
    }
}
