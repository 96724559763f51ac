import TesseraFiles
import TesseraImage
import TestSupport
import Testing

/// PNG files that say how they are turned, in all the places that there are for it.
@Suite struct PNGOrientationTests {
    private static let prefix = Array("Exif\0\0".utf8)
    private static let pixels: [UInt8] = (0..<5 * 3 * 3).map { UInt8($0 * 5) }

    /// A TIFF structure that says nothing but an orientation.
    private static func exif(_ orientation: UInt8, isLittleEndian: Bool = false) -> [UInt8] {
        let bigEndian: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        let littleEndian: [UInt8] = [
            0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
        ]
        return isLittleEndian ? littleEndian : bigEndian
    }

    /// EXIF as ImageMagick writes it into a text.
    private static func profile(_ exif: [UInt8], isUpperCase: Bool = false) -> [UInt8] {
        let digits = exif.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: isUpperCase) }
        let lines = stride(from: 0, to: digits.count, by: 9).map { digits[$0..<min($0 + 9, digits.count)].joined() }
        return Array("\nexif\n      \(exif.count)\n\(lines.joined(separator: "\n"))\n".utf8)
    }

    private static func text(_ type: String, _ name: String, _ content: [UInt8]) -> [UInt8] {
        let keyword = Array(name.utf8) + [0]
        switch type {
        case "tEXt": return pngChunk(type, keyword + content)
        case "zTXt": return pngChunk(type, keyword + [0] + storedZlib(content))
        case "packed iTXt": return pngChunk("iTXt", keyword + [1, 0] + Array("en\0EXIF\0".utf8) + storedZlib(content))
        default: return pngChunk("iTXt", keyword + [0, 0, 0, 0] + content)
        }
    }

    private static func xmp(_ text: String) -> [UInt8] {
        self.text("iTXt", "XML:com.adobe.xmp", Array("<x:xmpmeta>\(text)</x:xmpmeta>".utf8))
    }

    private func decode(before: [UInt8] = [], behind: [UInt8] = []) throws -> RGBImage {
        try RGBImage.decode(
            pngFile(width: 5, height: 3, pixels: Self.pixels, before: before, behind: behind), path: "a.png"
        ).image
    }

    /// Where the upright picture's pixels come from: the definition in EXIF's table, written out for each.
    private func turned(_ orientation: UInt8) -> (width: Int, height: Int, pixels: [UInt8]) {
        let (width, height) = orientation >= 5 && orientation <= 8 ? (3, 5) : (5, 3)
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) =
                    switch orientation {
                    case 2: (4 - x, y)
                    case 3: (4 - x, 2 - y)
                    case 4: (x, 2 - y)
                    case 5: (y, x)
                    case 6: (y, 2 - x)
                    case 7: (4 - y, 2 - x)
                    case 8: (4 - y, x)
                    default: (x, y)
                    }
                pixels += Self.pixels[(row * 5 + column) * 3..<(row * 5 + column) * 3 + 3]
            }
        }
        return (width, height, pixels)
    }

    private func check(_ image: RGBImage, _ orientation: UInt8, _ comment: Comment? = nil) {
        let expected = turned(orientation)
        #expect(image.width == expected.width && image.height == expected.height, comment)
        #expect(image.pixels == expected.pixels, comment)
    }

    @Test("A picture is turned wherever its EXIF or XMP is", arguments: 0...9 as ClosedRange<UInt8>)
    func turns(orientation: UInt8) throws {
        let little = Self.exif(orientation, isLittleEndian: true)
        let big = Self.exif(orientation)
        let attribute = Self.xmp("<rdf:Description tiff:Orientation=\"\(orientation)\"/>")
        let element = Self.xmp("<tiff:Orientation>\(orientation)</tiff:Orientation>")
        let chunks: [(String, [UInt8])] = [
            ("eXIf", pngChunk("eXIf", big)), ("little-endian", pngChunk("eXIf", little)),
            ("eXIf with a prefix", pngChunk("eXIf", Self.prefix + big)),
            ("zTXt", Self.text("zTXt", "Raw profile type exif", Self.profile(Self.prefix + big))),
            ("APP1", Self.text("zTXt", "Raw profile type APP1", Self.profile(Self.prefix + little))),
            ("tEXt", Self.text("tEXt", "Raw profile type exif", Self.profile(big, isUpperCase: true))),
            ("iTXt", Self.text("iTXt", "Raw profile type exif", Self.profile(Self.prefix + little))),
            ("packed iTXt", Self.text("packed iTXt", "Raw profile type exif", Self.profile(big))),
            ("XMP's attribute", attribute), ("XMP's element", element),
        ]
        for (name, chunk) in chunks {
            check(try decode(before: chunk), orientation, "\(name)")
            check(try decode(behind: chunk), orientation, "\(name) behind the image data")
        }
    }

    @Test("Of several, eXIf counts before texts and EXIF before XMP, and the last of a kind")
    func several() throws {
        let chunk = { (orientation: UInt8) in pngChunk("eXIf", Self.exif(orientation)) }
        let profile = Self.text("tEXt", "Raw profile type exif", Self.profile(Self.exif(8)))
        let app1 = Self.text("tEXt", "Raw profile type APP1", Self.profile(Self.exif(3)))
        let xmp = Self.xmp("<tiff:Orientation>2</tiff:Orientation>")
        let empty = pngChunk("eXIf", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 0])
        check(try decode(before: chunk(3) + chunk(6)), 6)
        check(try decode(before: chunk(3) + profile, behind: xmp), 3)
        check(try decode(before: xmp + app1 + profile), 8)
        check(try decode(before: xmp, behind: app1), 3)
        check(try decode(before: chunk(1) + xmp), 1)
        check(try decode(before: empty + xmp), 2)
    }

    static let hostile: [(String, [UInt8])] = {
        let exif = Self.exif(6)
        let name = "Raw profile type exif"
        var badSum = pngChunk("eXIf", exif)
        badSum[badSum.count - 1] ^= 1
        var loop = exif
        loop.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        var many = exif
        many.replaceSubrange(8..<10, with: [0xFF, 0xFF])
        many[11] = 0
        let packed = storedZlib(profile(exif))
        let bomb = storedZlib([UInt8](repeating: 10, count: 3 << 20))
        return [
            ("empty", pngChunk("eXIf", [])), ("checksum", badSum), ("offset", pngChunk("eXIf", loop)),
            ("entries", pngChunk("eXIf", many)), ("no text", text("tEXt", name, [])),
            ("one line", text("tEXt", name, Array("4d4d".utf8))),
            ("no digits", text("tEXt", name, Array("\nexif\n 5\nGarbage\n".utf8))),
            ("no profile", text("zTXt", name, [UInt8](repeating: 10, count: 100))),
            ("damaged", pngChunk("zTXt", Array(name.utf8) + [0, 0] + packed.dropLast(30))),
            ("method", pngChunk("zTXt", Array(name.utf8) + [0, 7] + packed)),
            ("bomb", pngChunk("zTXt", Array(name.utf8) + [0, 0] + bomb)),
            ("keyword", pngChunk("zTXt", Array(name.utf8))),
            ("international", pngChunk("iTXt", Array(name.utf8) + [0, 1])), ("no keyword", pngChunk("tEXt", [])),
            ("long", text("tEXt", name, [UInt8](repeating: UInt8(ascii: "4"), count: 5 << 20))),
            ("xmp", xmp(String(repeating: "tiff:Orientation", count: 1000))),
        ]
    }()

    @Test("What cannot be read turns nothing, and costs little", arguments: hostile)
    func damaged(name: String, chunk: [UInt8]) throws {
        for (before, behind) in [(chunk, []), ([], chunk), (Array([[UInt8]](repeating: chunk, count: 8).joined()), [])]
        {
            let (image, time) = try timed { try decode(before: before, behind: behind) }
            check(image, 1)
            #expect(time < promptly)
        }
    }

    @Test("Every cut and change of metadata is survived")
    func mutations() throws {
        var random = SplitMix(state: 5)
        let profile = Self.profile(Self.prefix + Self.exif(6))
        for _ in 0..<300 {
            let exif = random.mutated(Self.exif(6))
            _ = try decode(before: pngChunk("eXIf", exif))
            _ = try decode(before: Self.text("zTXt", "Raw profile type exif", random.mutated(profile)))
            _ = try decode(
                behind: pngChunk("iTXt", random.mutated(Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + profile)))
        }
    }
}
