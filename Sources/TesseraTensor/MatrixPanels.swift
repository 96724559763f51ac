internal import CTesseraVector

/// A matrix in panels of columns, as the package's own loops read it.
struct MatrixPanels: Sendable {
    private let precision: Precision
    let input, output: Int
    private let memory: AlignedMemory

    /// Packs `weight` `[output, input]`.
    init(_ weight: Tensor, _ precision: Precision) {
        self.init(weight, precision, input: weight.shape[1], output: weight.shape[0], kernels.pointee.pack)
    }

    /// Packs the transpose of `weight` `[input, output]`, in float32 or bfloat16.
    init(transposing weight: Tensor, _ precision: Precision) {
        self.init(weight, precision, input: weight.shape[0], output: weight.shape[1], kernels.pointee.pack_transposing)
    }

    private init(
        _ weight: Tensor, _ precision: Precision, input: Int, output: Int,
        _ pack: (UnsafePointer<tessera_packed_matrix>?, UnsafePointer<Float>?, Int64, Int64) -> Void
    ) {
        self.precision = precision
        (self.input, self.output) = (input, output)
        memory = AlignedMemory(byteCount: kernels.pointee.packed_bytes(precision.code, Int64(input), Int64(output)))
        let matrix = kernelMatrix
        weight.withValues { values in
            Threads.forEachRange(of: panelCount, grain: max(1, elementwiseGrain / max(1, input * panelWidth))) {
                panels in
                withUnsafePointer(to: matrix) {
                    pack($0, values.baseAddress!, Int64(panels.lowerBound), Int64(panels.upperBound))
                }
            }
        }
    }

    var byteCount: Int { memory.byteCount }

    private var panelCount: Int { (output + panelWidth - 1) / panelWidth }
    private var panelWidth: Int { Int(kernels.pointee.panel_width) }
    private var kernelMatrix: tessera_packed_matrix {
        tessera_packed_matrix(
            precision: precision.code, input: Int64(input), output: Int64(output), data: memory.address)
    }

    /// Some rows of activations as the loops read them, of one precision.
    struct Prepared {
        fileprivate let memory: AlignedMemory
        fileprivate let rows: Range<Int>
    }

    /// Whether what is prepared for `other` fits this matrix too.
    func sharesInput(with other: MatrixPanels) -> Bool { precision == other.precision && input == other.input }

    /// How many parts a product of so many rows is worth: each of at least a quarter of a million multiplications, or, of a few
    /// rows, of 64 thousand weights, whose reading takes the time; even parts then, since they are over too soon to be shared
    /// out.
    func partCount(rows: Int) -> Int {
        rows < 16
            ? max(1, min((input * output) >> 16, Threads.count))
            : max(1, min((rows * input * output) >> 18, Threads.count * 2))
    }

    /// Computes part `part` of `parts` of a product; see `PackedMatrix.multiply`.
    func multiply(
        _ prepared: Prepared, _ epilogue: Epilogue, into y: UnsafeMutablePointer<Float>, part: Int, of parts: Int
    ) {
        let set = kernels.pointee
        let (first, rows) = (prepared.rows.lowerBound, prepared.rows.count)
        // Rows are split only where there are too few panels.
        let panelParts = min(parts, panelCount)
        let rowParts = max(1, min(parts / panelParts, rows / 16))
        guard part < panelParts * rowParts else { return }
        let row = part / panelParts
        let panel = part % panelParts
        let scratch = AlignedMemory(byteCount: set.multiply_scratch_bytes())
        withUnsafePointer(to: kernelMatrix) { matrix in
            withUnsafePointer(to: kernelEpilogue(epilogue, firstRow: first)) { epilogue in
                set.multiply(
                    matrix, prepared.memory.address, Int64(rows), Int64(rows * row / rowParts),
                    Int64(rows * (row + 1) / rowParts), y + first * output, Int64(output), epilogue,
                    Int64(panelCount * panel / panelParts), Int64(panelCount * (panel + 1) / panelParts),
                    scratch.address)
            }
        }
        withExtendedLifetime(epilogue) {}
    }

    /// Whether `multiplyRows` is the faster way: each thread has rows enough of its own, and all weights stay in its cache.
    ///
    /// Not for int8: weights of a quarter of the size gain nothing from it.
    func isFastestByRows(_ rows: Int) -> Bool {
        precision != .int8 && rows >= 64 * Threads.count && byteCount <= 1 << 20
    }

    /// Computes the products of the same `x` with matrices that share its input, each thread the rows that it prepared.
    static func multiplyRows(
        _ x: Tensor, _ products: [(panels: MatrixPanels, epilogue: Epilogue, y: UnsafeMutablePointer<Float>)]
    ) {
        let set = kernels.pointee
        let (precision, input) = (products[0].panels.precision.code, products[0].panels.input)
        let calls = products.map { product in
            tessera_product(
                matrix: product.panels.kernelMatrix, epilogue: product.panels.kernelEpilogue(product.epilogue),
                y: product.y)
        }
        let rows = x.count / input
        let work = rows * input * products.reduce(0) { $0 + $1.panels.output }
        // As many parts for each thread, two where they are large enough: then a slowed core does not hold up the others.
        let parts = max(1, min(Threads.count * (rows >= 128 * Threads.count ? 2 : 1), work >> 18))
        x.withValues { x in
            calls.withUnsafeBufferPointer { calls in
                Threads.forEach(parts) { part in
                    let scratch = AlignedMemory(byteCount: set.multiply_rows_scratch_bytes(precision, Int64(input)))
                    set.multiply_rows(
                        calls.baseAddress!, Int64(calls.count), x.baseAddress!, Int64(rows * part / parts),
                        Int64(rows * (part + 1) / parts), scratch.address)
                }
            }
        }
        withExtendedLifetime(products) {}
    }

    /// Rows that are best prepared and multiplied together: few enough to stay in the last cache meanwhile.
    static let rowsAtOnce = 504

    /// The rows `rows` of activations in blocks, quantised for int8: once for all panels.
    func prepare(_ x: Tensor, rows: Range<Int>) -> Prepared {
        let set = kernels.pointee
        let memory = AlignedMemory(byteCount: set.prepared_bytes(precision.code, Int64(rows.count), Int64(input)))
        x.withValues { x in
            Threads.forEachRange(of: rows.count, grain: max(1, elementwiseGrain / max(1, input))) { range in
                set.prepare(
                    precision.code, x.baseAddress! + rows.lowerBound * input, Int64(input), Int64(rows.count),
                    Int64(input), Int64(range.lowerBound), Int64(range.upperBound), memory.address)
            }
        }
        return Prepared(memory: memory, rows: rows)
    }

    /// Points into the epilogue's tensors, which the caller keeps alive.
    private func kernelEpilogue(_ epilogue: Epilogue, firstRow: Int = 0) -> tessera_epilogue {
        func start(_ tensor: Tensor?) -> UnsafePointer<Float>? { tensor?.withValues { $0.baseAddress } }
        return tessera_epilogue(
            bias: start(epilogue.bias), activation: epilogue.activation.code, scale: start(epilogue.scale),
            residual: start(epilogue.residual).map { $0 + firstRow * output })
    }
}
