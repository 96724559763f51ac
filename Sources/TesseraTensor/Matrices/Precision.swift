internal import CTesseraVector

/// The numbers in which a model's weights are held and multiplied.
public enum Precision: String, Sendable, CaseIterable {
    /// Weights and sums in float32.
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

/// How a matrix is packed for its products.
public struct Packing: Sendable {
    /// In which numbers it is held and multiplied.
    public var precision: Precision
    /// Whether it is multiplied with a row or a few at a time, as a decoder's are: reading the weights is then all that takes
    /// time, and the package's own loops share their columns between threads.
    public var isForFewRows: Bool

    /// - Parameters:
    ///   - precision: in which numbers it is held and multiplied.
    ///   - isForFewRows: whether it is multiplied with a row or a few at a time.
    public init(_ precision: Precision, isForFewRows: Bool = false) {
        (self.precision, self.isForFewRows) = (precision, isForFewRows)
    }

    /// For many rows at once.
    public static let float32 = Packing(.float32)
    /// For many rows at once.
    public static let bfloat16 = Packing(.bfloat16)
    /// For many rows at once.
    public static let int8 = Packing(.int8)
}
