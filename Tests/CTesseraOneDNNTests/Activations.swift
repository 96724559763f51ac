import CTesseraOneDNN

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An activation in double precision.
func reference(_ activation: tessera_onednn_activation, _ x: Double) -> Double {
    switch activation {
    case TESSERA_ONEDNN_RELU: max(x, 0)
    case TESSERA_ONEDNN_GELU_ERF: x * erfc(-x * 0.5.squareRoot()) / 2
    case TESSERA_ONEDNN_GELU_TANH: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case TESSERA_ONEDNN_SILU: x / (1 + exp(-x))
    default: x
    }
}
