import TesseraTensor

/// Numbers in -1 ..< 1 that are the same in every run.
func noise(_ shape: [Int], seed: UInt64) -> Tensor {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return Tensor(
        shape: shape,
        (0..<shape.reduce(1, *)).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(Double(state >> 11) / Double(1 << 52)) - 1
        })
}
