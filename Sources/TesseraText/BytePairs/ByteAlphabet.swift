/// How byte-level vocabularies spell bytes: each of the 256 as one printable character (`bytes_to_unicode` of GPT-2,
/// Radford et al. 2019).
///
/// The printable characters of Latin-1 stand for themselves, the 68 other bytes for U+0100 to U+0143 in their order. So a
/// space is spelled `Ġ`, and no spelling takes more than two bytes of UTF-8.
enum ByteAlphabet {
    /// The character of each byte.
    private static let characters: [UInt16] = {
        var next: UInt16 = 0x100
        return (0...255).map { (byte: UInt16) in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
                return byte
            }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte of each character up to U+0143; `nil` for those that spell none.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, character) in characters.enumerated() { bytes[Int(character)] = UInt8(byte) }
        return bytes
    }()

    /// The spelling of `bytes`, in UTF-8.
    static func spelling(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var spelling: [UInt8] = []
        for byte in bytes {
            let character = characters[Int(byte)]
            if character < 0x80 {
                spelling.append(UInt8(character))
            } else {
                spelling.append(0xC0 | UInt8(character >> 6))
                spelling.append(0x80 | UInt8(character & 0x3F))
            }
        }
        return spelling
    }

    /// The bytes that `spelling`, well-formed UTF-8, stands for; `nil` when a character in it spells no byte.
    static func bytes(of spelling: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(spelling.count)
        var position = spelling.startIndex
        while position < spelling.endIndex {
            var character = Int(spelling[position])
            position += 1
            if character >= 0xC0 {
                guard character < 0xE0, position < spelling.endIndex else { return nil }
                character = (character & 0x1F) << 6 | Int(spelling[position] & 0x3F)
                position += 1
            }
            guard character < bytes.count, let byte = bytes[character] else { return nil }
            result.append(byte)
        }
        return result
    }
}
