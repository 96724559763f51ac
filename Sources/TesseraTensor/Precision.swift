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
