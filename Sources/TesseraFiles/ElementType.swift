/// The types that elements of stored tensors have; the raw values are safetensors' names for them.
public enum ElementType: String, Sendable, CaseIterable {
    /// A number of double precision.
    case float64 = "F64"
    /// A number of single precision.
    case float32 = "F32"
    /// A number of half precision.
    case float16 = "F16"
    /// The upper half of a single-precision number.
    case bfloat16 = "BF16"
    /// A whole number of 64 bits.
    case int64 = "I64"
    /// A whole number of 32 bits.
    case int32 = "I32"
    /// A whole number of 16 bits.
    case int16 = "I16"
    /// A whole number of 8 bits.
    case int8 = "I8"
    /// A whole number of 64 bits, without a sign.
    case uint64 = "U64"
    /// A whole number of 32 bits, without a sign.
    case uint32 = "U32"
    /// A whole number of 16 bits, without a sign.
    case uint16 = "U16"
    /// A whole number of 8 bits, without a sign.
    case uint8 = "U8"
    /// A byte that is 0 or 1.
    case boolean = "BOOL"

    /// The size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .boolean: 1
        }
    }
}
