/// A PNG file of one pixel whose metadata are `content`; the first byte says where they stand.
func pngFile(metadata content: [UInt8]) -> [UInt8] {
    let profile = Array("Raw profile type exif\0".utf8)
    let chunk: (type: String, data: [UInt8])
    switch (content.first ?? 0) % 4 {
    case 0: chunk = ("eXIf", Array(content.dropFirst()))
    case 1: chunk = ("tEXt", profile + content.dropFirst())
    case 2: chunk = ("zTXt", profile + [0] + content.dropFirst())
    default: chunk = ("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + content.dropFirst())
    }
    let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]
    let row: [UInt8] = [0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 7, 0, 9, 0, 8]
    let chunks = [("IHDR", header), chunk, ("IDAT", row), ("IEND", [])]
    return withChecksums(start + chunks.flatMap { pngChunk($0.0, $0.1) })
}

/// A chunk whose checksum is still to come.
private func pngChunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let length = (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (24 - 8 * $0)) }
    return length + Array(type.utf8) + data + [0, 0, 0, 0]
}
