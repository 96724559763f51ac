internal import CTesseraVector

/// An elementwise nonlinearity.
public enum Activation: Sendable, CaseIterable {
    /// x
    case identity
    /// max(x, 0)
    case relu
    /// x Φ(x), with the error function (Hendrycks & Gimpel, 2016).
    case gelu
    /// GELU's tanh approximation.
    case geluTanh
    /// x σ(x), also called swish.
    case silu
    /// x σ(1.702 x), CLIP's approximation of GELU.
    case quickGELU
    /// tanh x
    case tanh

    var code: tessera_activation {
        switch self {
        case .identity: TESSERA_IDENTITY
        case .relu: TESSERA_RELU
        case .gelu: TESSERA_GELU
        case .geluTanh: TESSERA_GELU_TANH
        case .silu: TESSERA_SILU
        case .quickGELU: TESSERA_QUICK_GELU
        case .tanh: TESSERA_TANH
        }
    }

    /// The nonlinearity of each element; the shape stays.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        var y = Tensor(uninitialized: x.shape)
        x.withValues { x in
            y.withMutableValues { y in
                Threads.forEachRange(of: x.count, grain: elementwiseGrain) { range in
                    kernels.pointee.activate(
                        code, x.baseAddress! + range.lowerBound, Int64(range.count), y.baseAddress! + range.lowerBound)
                }
            }
        }
        return y
    }

    /// The gradient `dy · f'(x)`.
    ///
    /// - Parameters:
    ///   - outputGradient: dy
    ///   - input: what the forward was given, x; of the same shape
    /// - Returns: dx, of the same shape
    public func backward(_ outputGradient: Tensor, input: Tensor) -> Tensor {
        precondition(outputGradient.shape == input.shape, "\(outputGradient.shape) is no gradient of \(input.shape)")
        var result = Tensor(uninitialized: input.shape)
        outputGradient.withValues { gradient in
            input.withValues { x in
                result.withMutableValues { result in
                    Threads.forEachRange(of: x.count, grain: elementwiseGrain) { range in
                        let start = range.lowerBound
                        kernels.pointee.activate_backward(
                            code, gradient.baseAddress! + start, x.baseAddress! + start, Int64(range.count),
                            result.baseAddress! + start)
                    }
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// σ(x) = 1 / (1 + e⁻ˣ) of each element.
    public func sigmoid() -> Tensor {
        // σ(x) = (1 + tanh(x / 2)) / 2
        var halved = self
        halved *= 0.5
        var result = Activation.tanh(halved)
        result.withMutableValues { values in
            for index in values.indices { values[index] = 0.5 + 0.5 * values[index] }
        }
        return result
    }
}
