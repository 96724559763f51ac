internal import CTesseraPNG

/// What a PNG file says of how its picture is turned: in an eXIf chunk, before the image data or behind them, in the text that
/// older programs put EXIF into (`Raw profile type exif` or `APP1`, in hexadecimal digits), or in XMP.
///
/// PNG, third edition, 11.3.4.5; exiftool's notes on ImageMagick's raw profiles. Where a file has several, what Pillow takes
/// counts: eXIf before texts, and of several the last.
struct PNGMetadata {
    private let bytes: [UInt8]
    private var chunkEXIF: ArraySlice<UInt8>?
    /// By their keywords.
    private var texts: [String: ArraySlice<UInt8>] = [:]
    private var textCount = 0

    private static let profileNames = ["Raw profile type exif", "Raw profile type APP1"]
    private static let xmpName = "XML:com.adobe.xmp"
    /// Texts that are longer, or longer when they are unpacked, say nothing; nor do those behind so many.
    private static let textLimit = 1 << 20
    private static let textCountLimit = 8

    /// - Parameter bytes: A file that libpng has decoded. Chunks whose checksum is wrong say nothing.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var position = 8
        while let length = bytes[...].integer(at: position, bytes: 4), length <= bytes.count - position - 12 {
            let type = bytes[position + 4..<position + 8]
            let data = bytes[position + 8..<position + 8 + length]
            position += 12 + length
            if type.elementsEqual("IEND".utf8) { return }
            guard let kind = Kind(rawValue: String(decoding: type, as: UTF8.self)), isIntact(data) else { continue }
            if kind == .exif { chunkEXIF = data } else { add(kind, data) }
        }
    }

    var orientation: Int {
        let profile = PNGMetadata.profileNames.lazy.compactMap { texts[$0] }.first
        let exif = chunkEXIF ?? profile.map { PNGMetadata.unpacked(profile: $0)[...] }
        return OrientationMetadata(exif: exif, xmp: texts[PNGMetadata.xmpName]).orientation
    }

    private enum Kind: String {
        case exif = "eXIf"
        case text = "tEXt"
        case compressed = "zTXt"
        case international = "iTXt"
    }

    /// Whether the checksum behind the data is that of the type before them and of the data.
    private func isIntact(_ data: ArraySlice<UInt8>) -> Bool {
        let checked = bytes[data.startIndex - 4..<data.endIndex]
        let sum = checked.withUnsafeBufferPointer { tessera_png_checksum($0.baseAddress, $0.count) }
        return bytes[...].integer(at: data.endIndex, bytes: 4) == Int(sum)
    }

    /// Keeps a text that has a keyword of interest.
    private mutating func add(_ kind: Kind, _ data: ArraySlice<UInt8>) {
        let keyword = String(decoding: data.prefix(80).prefix { $0 != 0 }, as: UTF8.self)
        let names = PNGMetadata.profileNames + (kind == .international ? [PNGMetadata.xmpName] : [])
        guard names.contains(keyword), textCount < PNGMetadata.textCountLimit else { return }
        textCount += 1
        if let text = text(kind, data.dropFirst(keyword.utf8.count + 1)) { texts[keyword] = text }
    }

    /// What follows the keyword, unpacked; nil where it is damaged or too long.
    private func text(_ kind: Kind, _ data: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        switch kind {
        case .exif: return nil
        case .text: return data.count <= PNGMetadata.textLimit ? data : nil
        case .compressed: return data.first == 0 ? PNGMetadata.inflated(data.dropFirst()) : nil
        case .international:
            // Whether it is compressed and how, a language, the keyword in it, the text.
            guard let isCompressed = data.first, data.dropFirst().first == 0 else { return nil }
            let parts = data.dropFirst(2).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            guard isCompressed == 0 else { return PNGMetadata.inflated(parts[2]) }
            return parts[2].count <= PNGMetadata.textLimit ? parts[2] : nil
        }
    }

    private static func inflated(_ data: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var isWhole = false
        let text = [UInt8](unsafeUninitializedCapacity: textLimit) { target, count in
            data.withUnsafeBufferPointer { source in
                isWhole = tessera_png_inflate(
                    source.baseAddress, source.count, target.baseAddress, target.count, &count)
            }
        }
        return isWhole ? text[...] : nil
    }

    /// The bytes of a profile: a line end, its name, their number, and their digits, which need not be as many.
    private static func unpacked(profile text: ArraySlice<UInt8>) -> [UInt8] {
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4 else { return [] }
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in lines[3] where !" \n\r\t".utf8.contains(byte) {
            guard let digit = hexadecimalDigit(byte) else { return [] }
            if let first = high { bytes.append(first << 4 | digit) }
            high = high == nil ? digit : nil
        }
        return bytes
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
