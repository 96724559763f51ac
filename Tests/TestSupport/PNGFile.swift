/// A PNG file of 8-bit RGB pixels, `[height, width, 3]`, without compression.
///
/// - Parameters:
///   - before: chunks before the image data.
///   - behind: chunks behind them.
public func pngFile(
    width: Int, height: Int, pixels: [UInt8], before: [UInt8] = [], behind: [UInt8] = []
) -> [UInt8] {
    precondition(pixels.count == width * height * 3, "3 bytes a pixel")
    let rowLength = width * 3
    var rows: [UInt8] = []
    for start in stride(from: 0, to: pixels.count, by: rowLength) {
        rows.append(0)  // no filter
        rows += pixels[start..<start + rowLength]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += pngChunk("IHDR", bigEndian(width) + bigEndian(height) + ([8, 2, 0, 0, 0] as [UInt8])) + before
    return file + pngChunk("IDAT", storedZlib(rows)) + behind + pngChunk("IEND", [])
}

/// A chunk of a PNG file with its length and checksum.
public func pngChunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(body)))
}

private func bigEndian(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

/// zlib's format (RFC 1950) around stored blocks.
public func storedZlib(_ data: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: data.count, by: 65_535) {
        let block = data[start..<min(start + 65_535, data.count)]
        let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
        let isLast: UInt8 = block.endIndex == data.count ? 1 : 0
        result += [isLast, low, high, ~low, ~high]
        result += block
    }
    var (a, b) = (1, 0)
    for byte in data { (a, b) = ((a + Int(byte)) % 65_521, (a + Int(byte) + b) % 65_521) }
    result += [b >> 8, b & 0xFF, a >> 8, a & 0xFF].map { UInt8($0) }
    return result
}

/// The PNG file with the checksum that each of its chunks should have, so that damage comes past them.
public func withChecksums(_ png: [UInt8]) -> [UInt8] {
    var png = png
    var start = 8
    while start + 12 <= png.count {
        let length = png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = start + 8 + length
        guard end + 4 <= png.count else { return png }
        png.replaceSubrange(end..<end + 4, with: bigEndian(Int(crc32(Array(png[start + 4..<end])))))
        start = end + 4
    }
    return png
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}
