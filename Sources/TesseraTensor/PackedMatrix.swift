/// A weight matrix `[output, input]`, packed once for products with many rows of activations.
///
/// Processors with instructions for bfloat16 or 8-bit products (AMX, AVX512-BF16, VNNI) multiply them through oneDNN, which
/// has kernels for each of them; all else runs in this package's own loops, which need no time to compile kernels and on
/// processors without those instructions are several times faster at bfloat16.
public struct PackedMatrix: Sendable {
    /// In which the weights are held: what was asked for, save that narrow matrices keep 16 bits where 8 were asked for.
    public let precision: Precision
    /// Columns of the weight: what goes in.
    public let input: Int
    /// Rows of the weight: what comes out.
    public let output: Int

    private enum Storage: Sendable {
        case panels(MatrixPanels)
        case oneDNN(OneDNNMatrix)
    }

    private let storage: Storage

    /// Inputs and outputs below which quantising activations and scaling sums costs more than 8-bit products save: with 65
    /// rows, int8 reached 0.5 of bfloat16's speed at 64 × 64, 0.75 at 128 × 128 and 0.97 at 192 × 192.
    private static let narrow = 128

    /// Packs `weight` `[output, input]`.
    public init(_ weight: Tensor, precision: Precision) { self.init(weight, Packing(precision)) }

    /// Packs `weight` `[output, input]`.
    public init(_ weight: Tensor, _ packing: Packing) {
        precondition(weight.rank == 2, "a packed matrix has two dimensions, not \(weight.shape)")
        (output, input) = (weight.shape[0], weight.shape[1])
        let asked = packing.precision
        let precision = asked == .int8 && min(input, output) < PackedMatrix.narrow ? .bfloat16 : asked
        self.precision = precision
        storage =
            OneDNNMatrix.isPreferred(precision) && !packing.isForFewRows
            ? OneDNNMatrix(weight, precision: precision).map { .oneDNN($0) } ?? .panels(MatrixPanels(weight, precision))
            : .panels(MatrixPanels(weight, precision))
    }

    /// Packs the transpose of `weight` `[input, output]`, so that `multiply(x)` is `x · weight`: what carries a gradient back
    /// through a product.
    public init(transposing weight: Tensor, precision: Precision) {
        precondition(weight.rank == 2, "a packed matrix has two dimensions, not \(weight.shape)")
        if precision == .int8 || OneDNNMatrix.isPreferred(precision) {
            self.init(weight.transposed(), precision: precision)
        } else {
            self.init(MatrixPanels(transposing: weight, precision), precision)
        }
    }

    private init(_ panels: MatrixPanels, _ precision: Precision) {
        self.precision = precision
        (input, output) = (panels.input, panels.output)
        storage = .panels(panels)
    }

    /// Bytes the packed weights take.
    public var byteCount: Int {
        switch storage {
        case .panels(let panels): panels.byteCount
        case .oneDNN(let matrix): matrix.byteCount
        }
    }

    /// `x Wᵀ`, then the epilogue. `x` is `[…, input]`; the result is `[…, output]`.
    public func multiply(_ x: Tensor, _ epilogue: Epilogue = Epilogue()) -> Tensor {
        PackedMatrix.multiply(x, [(self, epilogue)])[0]
    }

    /// Several products of the same `x` `[…, input]`, computed together: `x` is prepared once, and the threads meet once.
    ///
    /// - Returns: `[…, output]` for each matrix.
    public static func multiply(_ x: Tensor, _ products: [(matrix: PackedMatrix, epilogue: Epilogue)]) -> [Tensor] {
        var results = products.map { matrix, epilogue in
            precondition(x.shape.last == matrix.input, "\(x.shape) does not end in \(matrix.input) inputs")
            let shape = Array(x.shape.dropLast()) + [matrix.output]
            precondition(epilogue.fits(shape), "bias, scale or residual do not fit \(shape)")
            return Tensor(uninitialized: shape)
        }
        var shared: [(index: Int, panels: MatrixPanels)] = []
        for (index, product) in products.enumerated() where results[index].count > 0 {
            switch product.matrix.storage {
            case .oneDNN(let matrix): matrix.multiply(x, product.epilogue, into: &results[index])
            case .panels(let panels):
                if let first = shared.first, !first.panels.sharesInput(with: panels) {
                    results[index] = product.matrix.multiply(x, product.epilogue)
                } else {
                    shared.append((index, panels))
                }
            }
        }
        guard let first = shared.first else { return results }
        // A tensor's memory has one address for life, and `results` holds these to the end.
        let targets = shared.map { results[$0.index].withMutableValues { $0.baseAddress! } }
        defer { withExtendedLifetime(results) {} }
        let rows = x.count / first.panels.input
        if shared.allSatisfy({ $0.panels.isFastestByRows(rows) }) {
            MatrixPanels.multiplyRows(
                x, zip(shared, targets).map { ($0.panels, products[$0.index].epilogue, $1) })
            return results
        }
        let blocks = (rows + MatrixPanels.rowsAtOnce - 1) / MatrixPanels.rowsAtOnce
        for block in 0..<blocks {
            let range = rows * block / blocks..<rows * (block + 1) / blocks
            let prepared = first.panels.prepare(x, rows: range)
            let parts = first.panels.partCount(rows: range.count)
            Threads.forEach(parts * shared.count) { part in
                let (index, panels) = shared[part / parts]
                panels.multiply(
                    prepared, products[index].epilogue, into: targets[part / parts], part: part % parts, of: parts)
            }
        }
        return results
    }
}
