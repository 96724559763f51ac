/// How the elements of a tensor of ggml are stored (https://github.com/ggml-org/ggml): one by one, or in blocks of 32 that share a
/// scale.
enum GGMLType: UInt32, Sendable {
    case float32 = 0
    case float16 = 1
    /// q4_0: 4 bits around 8, a scale of half precision.
    case fourBits = 2
    /// q4_1: 4 bits, a scale and a least value.
    case fourBitsAndLeast = 3
    /// q5_0: 5 bits around 16, a scale.
    case fiveBits = 6
    /// q5_1: 5 bits, a scale and a least value.
    case fiveBitsAndLeast = 7
    /// q8_0: 8 bits with a sign, a scale.
    case eightBits = 8

    /// How many elements a block has.
    var blockCount: Int {
        switch self {
        case .float32, .float16: 1
        default: 32
        }
    }

    /// The size of a block in bytes.
    var blockByteCount: Int {
        switch self {
        case .float32: 4
        case .float16: 2
        case .fourBits: 2 + 16
        case .fourBitsAndLeast: 4 + 16
        case .fiveBits: 2 + 4 + 16
        case .fiveBitsAndLeast: 4 + 4 + 16
        case .eightBits: 2 + 32
        }
    }

    /// What elements that are stored one by one are; nil for blocks.
    var elementType: ElementType? {
        switch self {
        case .float32: .float32
        case .float16: .float16
        default: nil
        }
    }

    /// The types that are not read, for errors.
    static func name(_ number: UInt32) -> String {
        let names: [UInt32: String] = [
            4: "q4_2", 5: "q4_3", 9: "q8_1", 10: "q2_K", 11: "q3_K", 12: "q4_K", 13: "q5_K", 14: "q6_K", 15: "q8_K",
            30: "bf16",
        ]
        return names[number] ?? "number \(number)"
    }
}
