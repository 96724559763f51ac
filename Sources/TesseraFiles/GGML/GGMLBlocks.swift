internal import TesseraTensor

extension GGMLType {
    /// The elements of whole blocks as Float32, computed as ggml computes them.
    ///
    /// - Parameter target: as long as the blocks have elements.
    func dequantize(_ blocks: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<Float>) {
        for number in 0..<blocks.count / blockByteCount {
            let block = UnsafeRawBufferPointer(
                rebasing: blocks[number * blockByteCount..<(number + 1) * blockByteCount])
            let values = UnsafeMutableBufferPointer(
                rebasing: target[number * blockCount..<(number + 1) * blockCount])
            dequantize(block: block, values)
        }
    }

    private func dequantize(block: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>) {
        let scale = half(block, 0)
        switch self {
        case .eightBits: for index in 0..<32 { values[index] = Float(Int8(bitPattern: block[2 + index])) * scale }
        case .fourBits: nibbles(block, 2, values) { low, _ in Float(low - 8) * scale }
        case .fourBitsAndLeast:
            let least = half(block, 2)
            nibbles(block, 4, values) { low, _ in Float(low) * scale + least }
        case .fiveBits:
            let high = highBits(block, 2)
            nibbles(block, 6, values) { low, index in Float((low | high(index)) - 16) * scale }
        case .fiveBitsAndLeast:
            let least = half(block, 2)
            let high = highBits(block, 4)
            nibbles(block, 8, values) { low, index in Float(low | high(index)) * scale + least }
        case .float32, .float16: preconditionFailure("not stored in blocks")
        }
    }

    /// A number of half precision.
    private func half(_ block: UnsafeRawBufferPointer, _ offset: Int) -> Float {
        float(ofHalf: UInt16(block[offset]) | UInt16(block[offset + 1]) << 8)
    }

    /// The lower halves of 16 bytes are the first 16 elements, the upper halves the others.
    private func nibbles(
        _ block: UnsafeRawBufferPointer, _ offset: Int, _ values: UnsafeMutableBufferPointer<Float>,
        _ body: (_ low: Int32, _ index: Int) -> Float
    ) {
        for index in 0..<16 {
            values[index] = body(Int32(block[offset + index] & 15), index)
            values[index + 16] = body(Int32(block[offset + index] >> 4), index + 16)
        }
    }

    /// The fifth bit of each element, in its place.
    private func highBits(_ block: UnsafeRawBufferPointer, _ offset: Int) -> (Int) -> Int32 {
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(block[offset + $1]) << (8 * $1) }
        return { Int32(bits >> $0 & 1) << 4 }
    }
}
