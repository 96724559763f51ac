internal import CTesseraZlib

/// How much smaller zlib makes a text: what repeats itself compresses well (openai/whisper, `compression_ratio`).
///
/// - Returns: its bytes by those of its compressed form.
func compressionRatio(_ text: String) -> Double {
    let bytes = Array(text.utf8)
    var size = compressBound(uLong(bytes.count))
    let compressed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        let status = compress(buffer.baseAddress, &size, bytes, uLong(bytes.count))
        count = status == Z_OK ? Int(size) : 0
    }
    return compressed.isEmpty ? 0 : Double(bytes.count) / Double(compressed.count)
}
