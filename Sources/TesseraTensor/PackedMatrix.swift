internal import CTesseraVector

/// The numbers in which a model's weights are held and multiplied.
public enum Precision: String, Sendable, CaseIterable {
    case float32 = "f32"
    /// Weights in bfloat16, sums in float32.
    case bfloat16 = "bf16"
    /// Weights in 8 bits with a scale an output column; activations quantised row by row as they come (dynamic
    /// quantisation); sums in 32-bit integers.
    case int8

    var code: tessera_precision {
        switch self {
        case .float32: TESSERA_FLOAT32
        case .bfloat16: TESSERA_BFLOAT16
        case .int8: TESSERA_INT8
        }
    }
}

/// What a product does to each sum before it is stored: `residual + scale * activation(sum + bias)`.
public struct Epilogue: Sendable {
    /// `[output]`
    public var bias: Tensor?
    public var activation: Activation
    /// `[output]`
    public var scale: Tensor?
    /// Of the product's shape.
    public var residual: Tensor?

    public init(bias: Tensor? = nil, activation: Activation = .identity, scale: Tensor? = nil, residual: Tensor? = nil) {
        self.bias = bias
        self.activation = activation
        self.scale = scale
        self.residual = residual
    }

    /// Calls `body` with the epilogue as the kernels take it.
    fileprivate func withKernelEpilogue(_ body: (tessera_epilogue) -> Void) {
        withOptionalValues(bias) { bias in
            withOptionalValues(scale) { scale in
                withOptionalValues(residual) { residual in
                    body(tessera_epilogue(bias: bias, activation: activation.code, scale: scale, residual: residual))
                }
            }
        }
    }
}

/// A weight matrix `[output, input]`, packed once for products with many rows of activations.
public struct PackedMatrix: Sendable {
    public let precision: Precision
    /// Columns of the weight: what goes in.
    public let input: Int
    /// Rows of the weight: what comes out.
    public let output: Int
    private let memory: AlignedMemory

    /// Packs `weight` `[output, input]`.
    public init(_ weight: Tensor, precision: Precision) {
        precondition(weight.rank == 2, "a packed matrix has two dimensions, not \(weight.shape)")
        self.precision = precision
        self.input = weight.shape[1]
        self.output = weight.shape[0]
        let set = kernels.pointee
        memory = AlignedMemory(byteCount: set.packed_bytes(precision.code, Int64(input), Int64(output)))
        let matrix = kernelMatrix
        weight.withValues { values in
            Threads.forEachRange(of: panelCount, grain: 1) { panels in
                withUnsafePointer(to: matrix) {
                    set.pack($0, values.baseAddress!, Int64(panels.lowerBound), Int64(panels.upperBound))
                }
            }
        }
    }

    /// Bytes the packed weights take.
    public var byteCount: Int { memory.byteCount }

    private var panelCount: Int { (output + panelWidth - 1) / panelWidth }
    private var panelWidth: Int { Int(kernels.pointee.panel_width) }
    private var kernelMatrix: tessera_packed_matrix {
        tessera_packed_matrix(precision: precision.code, input: Int64(input), output: Int64(output), data: memory.address)
    }

    /// `x Wᵀ`, then the epilogue. `x` is `[…, input]`; the result is `[…, output]`.
    public func multiply(_ x: Tensor, _ epilogue: Epilogue = Epilogue()) -> Tensor {
        precondition(x.shape.last == input, "\(x.shape) does not end in \(input) inputs")
        let rows = input == 0 ? 0 : x.count / input
        var y = Tensor(uninitialized: x.shape.dropLast() + [output])
        precondition(epilogue.bias.map { $0.count == output } ?? true, "a bias needs \(output) values")
        precondition(epilogue.scale.map { $0.count == output } ?? true, "a scale needs \(output) values")
        precondition(epilogue.residual.map { $0.count == y.count } ?? true, "a residual needs the shape \(y.shape)")
        let quantized = precision == .int8 ? quantize(x, rows: rows) : nil
        x.withValues { x in
            y.withMutableValues { y in
                epilogue.withKernelEpilogue { multiply(rows, x.baseAddress!, quantized, $0, into: y.baseAddress!) }
            }
        }
        return y
    }

    private func multiply(
        _ rows: Int, _ x: UnsafePointer<Float>, _ quantized: AlignedMemory?, _ epilogue: tessera_epilogue,
        into y: UnsafeMutablePointer<Float>
    ) {
        let set = kernels.pointee
        let matrix = kernelMatrix
        // About a million multiplications a part at least; rows are split only where there are too few panels.
        let work = rows * input * output
        let parts = max(1, min(work >> 18, Threads.count * 3))
        let panelParts = min(parts, panelCount)
        let rowParts = max(1, min(parts / panelParts, rows / 16))
        Threads.forEach(panelParts * rowParts) { part in
            let first = rows * (part / panelParts) / rowParts
            let last = rows * (part / panelParts + 1) / rowParts
            let panels = part % panelParts
            let scratch = AlignedMemory(byteCount: set.multiply_scratch_bytes())
            var shifted = epilogue
            shifted.residual = epilogue.residual.map { $0 + first * output }
            withUnsafePointer(to: matrix) { matrix in
                set.multiply(
                    matrix, Int64(last - first), x + first * input, Int64(input), quantized?.address, Int64(rows),
                    Int64(first), y + first * output, Int64(output), &shifted,
                    Int64(panelCount * panels / panelParts), Int64(panelCount * (panels + 1) / panelParts), scratch.address)
            }
        }
    }

    private func quantize(_ x: Tensor, rows: Int) -> AlignedMemory {
        let set = kernels.pointee
        let memory = AlignedMemory(byteCount: set.quantized_bytes(Int64(rows), Int64(input)))
        x.withValues { x in
            Threads.forEachRange(of: rows, grain: max(1, elementwiseGrain / max(1, input))) { range in
                set.quantize(
                    x.baseAddress!, Int64(input), Int64(rows), Int64(input), Int64(range.lowerBound),
                    Int64(range.upperBound), memory.address)
            }
        }
        return memory
    }
}
