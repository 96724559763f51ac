internal import CTesseraVector

/// A matrix in panels of columns, as the package's own loops read it.
struct MatrixPanels: Sendable {
    let precision: Precision
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
        let matrix = code
        weight.withValues { values in
            Threads.forEachRange(of: panelCount, grain: max(1, elementwiseGrain / max(1, input * panelWidth))) {
                panels in
                withUnsafePointer(to: matrix) {
                    pack($0, values.baseAddress!, Int64(panels.lowerBound), Int64(panels.upperBound))
                }
            }
        }
    }

    /// Packs a weight `[output, input]` whose rows are read when they are packed, some by each thread: the whole of it is nowhere in
    /// memory as floats.
    init<Failure: Error>(
        _ precision: Precision, input: Int, output: Int, rows: (Range<Int>) throws(Failure) -> Tensor
    ) throws(Failure) {
        self.precision = precision
        (self.input, self.output) = (input, output)
        memory = AlignedMemory(byteCount: kernels.pointee.packed_bytes(precision.code, Int64(input), Int64(output)))
        let step = max(1, MatrixPanels.readAtOnce / (max(1, input) * panelWidth))
        try Threads.forEachPart(of: (panelCount + step - 1) / step) { part throws(Failure) in
            let panels = part * step..<min((part + 1) * step, panelCount)
            pack(try rows(panels.lowerBound * panelWidth..<min(panels.upperBound * panelWidth, output)), panels)
        }
    }

    /// Numbers that a thread reads and packs at once: few enough to stay in its cache meanwhile.
    private static let readAtOnce = 1 << 16

    /// Packs the rows of the weight that these panels hold.
    private func pack(_ rows: Tensor, _ panels: Range<Int>) {
        let set = kernels.pointee
        var part = code
        part.output = Int64(rows.shape[0])
        part.data += panels.lowerBound * set.packed_bytes(precision.code, Int64(input), Int64(panelWidth))
        rows.withValues { set.pack(&part, $0.baseAddress!, 0, Int64(panels.count)) }
    }

    /// Rows of the weight as the panels hold them, `[indices, input]`.
    func gatheringRows(_ indices: some Collection<Int>) -> Tensor {
        precondition(indices.allSatisfy { $0 >= 0 && $0 < output }, "a row outside 0 ..< \(output)")
        var result = Tensor(uninitialized: [indices.count, input])
        result.withMutableValues { target in
            withUnsafePointer(to: code) { matrix in
                for (place, index) in indices.enumerated() {
                    kernels.pointee.unpack_row(matrix, Int64(index), target.baseAddress! + place * input)
                }
            }
        }
        return result
    }

    var byteCount: Int { memory.byteCount }

    private var panelCount: Int { (output + panelWidth - 1) / panelWidth }
    private var panelWidth: Int { Int(kernels.pointee.panel_width) }
    fileprivate var code: tessera_packed_matrix {
        tessera_packed_matrix(
            precision: precision.code, input: Int64(input), output: Int64(output), data: memory.address)
    }

    /// Whether what is prepared for `other` fits this matrix too.
    func sharesInput(with other: MatrixPanels) -> Bool { precision == other.precision && input == other.input }

    /// A product whose result goes to `y` `[rows, output]`, or is added to what is there.
    struct Product {
        let panels: MatrixPanels
        var epilogue = Epilogue()
        let y: UnsafeMutablePointer<Float>
        /// Without any other epilogue.
        var addsToResult = false

        /// Points into the epilogue's tensors, which the caller keeps alive.
        fileprivate func code(firstRow: Int = 0) -> tessera_product {
            var code = epilogue.code
            let start = firstRow * panels.output
            code.addend = code.addend.map { $0 + start }
            // A residual may lie where the product goes if nothing else follows the product.
            code.residual = addsToResult ? UnsafePointer(y + start) : code.residual.map { $0 + start }
            return tessera_product(matrix: panels.code, epilogue: code, y: y + start)
        }
    }

    /// Computes the products of the same `x` `[…, input]` with matrices that share its input.
    static func multiply(_ x: Tensor, _ products: [Product]) {
        guard let first = products.first?.panels else { return }
        let rows = x.count / first.input
        if products.allSatisfy({ $0.panels.isFastestByRows(rows) }) { return multiplyByRows(x, products) }
        multiply(rows: rows, products) { PreparedRows(x, rows: $0, precision: first.precision) }
    }

    /// The same of rows that lie within `x` in their own way.
    static func multiply(_ x: Tensor, in source: any ProductRows, _ products: [Product]) {
        guard let first = products.first?.panels else { return }
        multiply(rows: source.count, products) { PreparedRows(x, in: source, rows: $0, precision: first.precision) }
    }

    private static func multiply(rows: Int, _ products: [Product], preparing: (Range<Int>) -> PreparedRows) {
        let threads = Threads.current.count
        guard rows >= 128 * threads else { return multiply(preparing(0..<rows), products) }
        // Each thread prepares rows of its own, which then stay in its cache, and the threads meet once.
        let parts = (rows + threads * rowsAtOnce - 1) / (threads * rowsAtOnce) * threads
        Threads.forEach(parts) { part in
            let range = rows * part / parts..<rows * (part + 1) / parts
            let prepared = preparing(range)
            for product in products { product.panels.multiply(prepared, product, part: 0, of: 1) }
        }
    }

    /// Rows that are best prepared and multiplied together: few enough to stay in a core's cache meanwhile.
    private static let rowsAtOnce = 252

    /// The same for rows that were prepared.
    static func multiply(_ prepared: PreparedRows, _ products: [Product]) {
        let parts = products[0].panels.partCount(rows: prepared.rows.count)
        Threads.forEach(parts * products.count) { part in
            let product = products[part / parts]
            product.panels.multiply(prepared, product, part: part % parts, of: parts)
        }
    }

    /// How many parts a product of so many rows is worth: each of at least a quarter of a million multiplications, or, of a few
    /// rows, of 64 thousand weights, whose reading takes the time; even parts then, since they are over too soon to be shared
    /// out.
    private func partCount(rows: Int) -> Int {
        rows < 16
            ? max(1, min((input * output) >> 16, Threads.current.count))
            : max(1, min((rows * input * output) >> 18, Threads.current.count * 2))
    }

    private func multiply(_ prepared: PreparedRows, _ product: Product, part: Int, of parts: Int) {
        let set = kernels.pointee
        let rows = prepared.rows.count
        // Rows are split only where there are too few panels.
        let panelParts = min(parts, panelCount)
        let rowParts = max(1, min(parts / panelParts, rows / 16))
        guard part < panelParts * rowParts else { return }
        let (row, panel) = (part / panelParts, part % panelParts)
        let range = tessera_part(
            first_row: Int64(rows * row / rowParts), last_row: Int64(rows * (row + 1) / rowParts),
            first_panel: Int64(panelCount * panel / panelParts),
            last_panel: Int64(panelCount * (panel + 1) / panelParts))
        let scratch = AlignedMemory(byteCount: set.multiply_scratch_bytes())
        withUnsafePointer(to: product.code(firstRow: prepared.rows.lowerBound)) { product in
            withUnsafePointer(to: prepared.code) { x in
                withUnsafePointer(to: range) { set.multiply(product, x, $0, scratch.address) }
            }
        }
        withExtendedLifetime(product) {}
    }

    /// The product of rows that lie side by side, on the calling thread.
    ///
    /// - Parameters:
    ///   - x: `[count, input]`
    ///   - y: room for `[count, output]`
    func multiplyRows(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        let set = kernels.pointee
        let scratch = AlignedMemory(byteCount: set.multiply_rows_scratch_bytes(precision.code, Int64(input)))
        withUnsafePointer(to: Product(panels: self, y: y).code()) {
            set.multiply_rows($0, 1, x, 0, Int64(count), scratch.address)
        }
    }

    /// Whether `multiplyByRows` is the faster way: each thread has rows enough of its own, and all weights stay in its cache.
    ///
    /// Not for int8: weights of a quarter of the size gain nothing from it.
    private func isFastestByRows(_ rows: Int) -> Bool {
        precision != .int8 && rows >= 64 * Threads.current.count && byteCount <= 1 << 20
    }

    /// Each thread prepares and multiplies rows of its own.
    private static func multiplyByRows(_ x: Tensor, _ products: [Product]) {
        let set = kernels.pointee
        let (precision, input) = (products[0].panels.precision.code, products[0].panels.input)
        let calls = products.map { $0.code() }
        let rows = x.count / input
        let work = rows * input * products.reduce(0) { $0 + $1.panels.output }
        // As many parts for each thread, two where they are large enough: then a slowed core does not hold up the others.
        let threads = Threads.current.count
        let parts = max(1, min(threads * (rows >= 128 * threads ? 2 : 1), work >> 18))
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
}
