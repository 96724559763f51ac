/// A weight matrix `[output, input]`, packed once for products with many rows of activations.
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
        case openBLAS(OpenBLASMatrix)
    }

    private let storage: Storage

    /// Packs `weight` `[output, input]`.
    public init(_ weight: Tensor, precision: Precision) { self.init(weight, Packing(precision)) }

    /// Packs `weight` `[output, input]`.
    public init(_ weight: Tensor, _ packing: Packing) {
        precondition(weight.rank == 2, "a packed matrix has two dimensions, not \(weight.shape)")
        self.init(weight, MatrixPlan(packing, input: weight.shape[1], output: weight.shape[0]))
    }

    /// Packs `weight` `[output, input]` as `plan` says.
    package init(_ weight: Tensor, _ plan: MatrixPlan) {
        (output, input) = (weight.shape[0], weight.shape[1])
        precision = plan.precision
        storage =
            switch plan.backEnd {
            case .panels: .panels(MatrixPanels(weight, plan.precision))
            case .openBLAS: .openBLAS(OpenBLASMatrix(weight))
            // oneDNN lacks kernels for bfloat16 on some processors.
            case .oneDNN:
                OneDNNMatrix(weight, plan.precision).map { .oneDNN($0) }
                    ?? .panels(MatrixPanels(weight, plan.precision))
            }
    }

    /// Packs a weight `[output, input]` whose rows are read as they are packed, by several threads.
    ///
    /// - Parameter rows: some rows of the weight, `[rows, input]`.
    /// - Throws: what `rows` throws.
    package init<Failure: Error>(
        output: Int, input: Int, _ packing: Packing, rows: (Range<Int>) throws(Failure) -> Tensor
    ) throws(Failure) {
        let plan = MatrixPlan(packing, input: input, output: output)
        guard plan.backEnd == .panels else {
            self.init(try rows(0..<output), plan)
            return
        }
        self.init(panels: try MatrixPanels(plan.precision, input: input, output: output, rows: rows))
    }

    private init(panels: MatrixPanels) {
        (output, input, precision) = (panels.output, panels.input, panels.precision)
        storage = .panels(panels)
    }

    /// Packs the transpose of `weight` `[input, output]`, so that `multiply(x)` is `x · weight`: what carries a gradient back
    /// through a product.
    public init(transposing weight: Tensor, precision asked: Precision) {
        precondition(weight.rank == 2, "a packed matrix has two dimensions, not \(weight.shape)")
        (input, output) = (weight.shape[0], weight.shape[1])
        let plan = MatrixPlan(Packing(asked), input: input, output: output)
        precision = plan.precision
        switch plan.backEnd {
        case .panels where precision != .int8: storage = .panels(MatrixPanels(transposing: weight, precision))
        case .openBLAS: storage = .openBLAS(OpenBLASMatrix(transposing: weight))
        default: storage = PackedMatrix(weight.transposed(), plan).storage
        }
    }

    /// Where the package's own loops multiply it, what they read.
    var panels: MatrixPanels? { if case .panels(let panels) = storage { panels } else { nil } }

    /// Whether `gatheringRows` finds the weight's rows.
    package var holdsRows: Bool { panels != nil }

    /// Rows of the weight as they are held, rounded to `precision`, `[indices, input]`; of a matrix that holds rows.
    package func gatheringRows(_ indices: some Collection<Int>) -> Tensor {
        guard case .panels(let panels) = storage else { preconditionFailure("another library's matrix") }
        return panels.gatheringRows(indices)
    }

    /// Which multiplies it.
    package var backEnd: MatrixPlan.BackEnd {
        switch storage {
        case .panels: .panels
        case .oneDNN: .oneDNN
        case .openBLAS: .openBLAS
        }
    }

    /// Bytes the packed weights take.
    public var byteCount: Int {
        switch storage {
        case .panels(let panels): panels.byteCount
        case .oneDNN(let matrix): matrix.byteCount
        case .openBLAS(let matrix): matrix.byteCount
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
        let panels = products.compactMap { if case .panels(let panels) = $0.matrix.storage { panels } else { nil } }
        guard panels.count == products.count, panels.allSatisfy({ $0.sharesInput(with: panels[0]) }) else {
            return products.map { matrix, epilogue in matrix.multipliedAlone(x, epilogue) }
        }
        var results = products.map { matrix, epilogue in matrix.target(x, epilogue) }
        // A tensor's memory has one address for life, and `results` holds these to the end.
        let targets = results.indices.map { index in results[index].withMutableValues { $0.baseAddress! } }
        if x.count > 0 {
            MatrixPanels.multiply(
                x,
                products.indices.map { index in
                    MatrixPanels.Product(
                        panels: panels[index], epilogue: products[index].epilogue, y: targets[index])
                }.filter { $0.panels.output > 0 })
        }
        withExtendedLifetime(results) {}
        return results
    }

    private func multipliedAlone(_ x: Tensor, _ epilogue: Epilogue) -> Tensor {
        if case .panels = storage { return multiply(x, epilogue) }
        var y = target(x, epilogue)
        switch storage {
        case .panels: break
        case .oneDNN(let matrix): matrix.multiply(x, epilogue, into: &y)
        case .openBLAS(let matrix): matrix.multiply(x, epilogue, into: &y)
        }
        return y
    }

    /// Room for the product, `[…, output]`.
    private func target(_ x: Tensor, _ epilogue: Epilogue) -> Tensor {
        precondition(x.shape.last == input, "\(x.shape) does not end in \(input) inputs")
        let shape = Array(x.shape.dropLast()) + [output]
        precondition(epilogue.fits(shape), "bias, scale or residual do not fit \(shape)")
        return Tensor(uninitialized: shape)
    }
}
