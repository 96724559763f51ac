internal import CTesseraVector

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// An elementwise nonlinearity.
public enum Activation: Sendable, CaseIterable {
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
                    for index in x.indices { result[index] = gradient[index] * derivative(x[index]) }
                }
            }
        }
        return result
    }

    private func derivative(_ x: Float) -> Float {
        func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
        switch self {
        case .identity: return 1
        case .relu: return x > 0 ? 1 : 0
        case .gelu: return 0.5 * (1 + erf(x * 0.70710678)) + x * 0.39894228 * exp(-0.5 * x * x)
        case .geluTanh:
            let share = sigmoid(1.5957691 * (x + 0.044715 * x * x * x))
            return share + x * share * (1 - share) * 1.5957691 * (1 + 0.134145 * x * x)
        case .silu: return sigmoid(x) * (1 + x * (1 - sigmoid(x)))
        case .quickGELU: return sigmoid(1.702 * x) * (1 + 1.702 * x * (1 - sigmoid(1.702 * x)))
        case .tanh: return 1 - pow(2 * sigmoid(2 * x) - 1, 2)
        }
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
