/// The PNG file `png` with the checksum that each of its chunks should have (PNG, 3rd edition, 5.3).
func withChecksums(_ png: [UInt8]) -> [UInt8] {
    var png = png
    var start = 8
    while start + 12 <= png.count {
        let length = png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = start + 8 + length
        guard end + 4 <= png.count else { return png }
        let checksum = crc32(png[start + 4..<end])
        for index in 0..<4 { png[end + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
        start = end + 4
    }
    return png
}

/// The cyclic redundancy check of PNG, annex D, bit by bit.
private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
        remainder ^= UInt32(byte)
        for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 0 ? 0 : 0xEDB8_8320) }
    }
    return ~remainder
}
