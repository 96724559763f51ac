/// The data in a URL that holds it itself (RFC 2397): `data:image/png;base64,iVBORw0…`, or without `;base64` as text in which
/// `%2C` and the like stand for bytes. The media type is not looked at: files are told apart by their content.
package enum DataURL {
    /// - Returns: nil where `text` is no such URL.
    /// - Throws: `DataURL.Damage` when what follows the comma is not what the URL says.
    package static func bytes(_ text: String) throws(Damage) -> [UInt8]? {
        let utf8 = Array(text.utf8)
        guard utf8.starts(with: "data:".utf8), let comma = utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let isBase64 = String(decoding: utf8[..<comma], as: UTF8.self).lowercased().hasSuffix(";base64")
        let data = utf8[(comma + 1)...]
        return isBase64 ? try base64(data) : try percentDecoded(data)
    }

    /// Why there are no data.
    package struct Damage: Error, Equatable {
        package let cause: String
    }

    private static func base64(_ text: ArraySlice<UInt8>) throws(Damage) -> [UInt8] {
        let digits = text.filter { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2, padding == 0 || digits.count % 4 == 0, (digits.count - padding) % 4 != 1 else {
            throw Damage(cause: "its base64 was cut")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits.dropLast(padding) {
            guard let value = value(of: digit) else { throw Damage(cause: "its base64 holds something else") }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    /// Of RFC 4648, the alphabet of URLs too.
    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) throws(Damage) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                throw Damage(cause: "a % in it is not followed by two digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
