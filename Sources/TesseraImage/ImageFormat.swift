/// What the first bytes of a file say it is.
enum ImageFormat: Equatable {
    case png
    case jpeg
    case webp
    /// None of them: why it is refused, in words for the user.
    case other(String)

    init(of bytes: [UInt8]) {
        if bytes.starts(with: Self.pngSignature) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: Array("RIFF".utf8)), Self.has(Array("WEBP".utf8), at: 8, in: bytes) {
            self = .webp
        } else {
            self = .other(Self.refusal(of: bytes))
        }
    }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private static func refusal(of bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "is empty" }
        if pngSignature.starts(with: bytes) || bytes == [0xFF] || bytes == [0xFF, 0xD8] {
            return "is cut short"
        }
        if let kind = known.first(where: { has($0.bytes, at: $0.offset, in: bytes) })?.kind {
            return "is \(kind); PNG, JPEG and WebP pictures are read"
        }
        let matching = zip(bytes, pngSignature).count { $0 == $1 }
        let damaged = matching >= 4 || has(Array("PNG".utf8), at: 1, in: bytes)
        if damaged { return "is a PNG whose signature is damaged, as by a transfer that changes line ends" }
        return "is \(isText(bytes) ? "text" : "of an unknown kind"); PNG, JPEG and WebP pictures are read"
    }

    private static let known: [(kind: String, offset: Int, bytes: [UInt8])] = [
        ("gzip data", 0, [0x1F, 0x8B]),
        ("a GIF picture", 0, Array("GIF8".utf8)),
        ("a WAV recording", 8, Array("WAVE".utf8)),
        ("a BMP picture", 0, Array("BM".utf8)),
        ("a TIFF picture", 0, [0x49, 0x49, 0x2A, 0x00]),
        ("a TIFF picture", 0, [0x4D, 0x4D, 0x00, 0x2A]),
        ("an AVIF picture, which 'ffmpeg -i FILE picture.png' converts", 4, Array("ftypavif".utf8)),
        ("a HEIC picture, which 'heif-convert FILE picture.png' converts", 4, Array("ftyphei".utf8)),
        ("a HEIC picture, which 'heif-convert FILE picture.png' converts", 4, Array("ftypmif1".utf8)),
        ("a video or audio file", 4, Array("ftyp".utf8)),
        ("a JPEG XL picture", 0, [0xFF, 0x0A]),
        ("a JPEG XL picture", 4, Array("JXL ".utf8)),
        ("a JPEG 2000 picture", 4, Array("jP  ".utf8)),
        ("a Photoshop picture", 0, Array("8BPS".utf8)),
        ("an icon", 0, [0x00, 0x00, 0x01, 0x00]),
        ("a PDF document", 0, Array("%PDF".utf8)),
        ("a PostScript document", 0, Array("%!PS".utf8)),
        ("a ZIP archive", 0, Array("PK\u{3}\u{4}".utf8)),
        ("a JNG or MNG picture", 1, Array("NG\r\n".utf8)),
        ("an SVG drawing", 0, Array("<svg".utf8)),
        ("XML or an SVG drawing", 0, Array("<?xml".utf8)),
        ("a web page", 0, Array("<!DOCTYPE html".utf8)),
        ("a web page", 0, Array("<html".utf8)),
        ("a Git-LFS pointer to a file that was not fetched", 0, Array("version https://git-lfs".utf8)),
    ]

    private static func has(_ pattern: [UInt8], at offset: Int, in bytes: [UInt8]) -> Bool {
        bytes.dropFirst(offset).starts(with: pattern)
    }

    /// Whether the beginning reads as text: printable, with the usual blanks, in UTF-8 or another 8-bit encoding.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    }
}
