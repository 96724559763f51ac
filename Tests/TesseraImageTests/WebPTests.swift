import TesseraFiles
import TesseraImage
import TestSupport
import Testing

/// WebP against Pillow, whole and damaged.
@Suite struct WebPTests {
    static let names = folderContents(Fixtures.path("webp")).filter { $0.hasSuffix(".webp") }

    @Test func thereAreFixtures() { #expect(WebPTests.names.count >= 8) }

    /// Lossy and lossless, with alpha and without, turned by EXIF, animated: the pixels of Pillow's `convert("RGB")`.
    @Test(arguments: names)
    func pixelsEqualPillows(name: String) throws {
        let expected = try #require(try JSONObject.read(Fixtures.path("webp/pixels.json")).object(name))
        let decoded = try RGBImage.read(Fixtures.path("webp/\(name)"))
        #expect(decoded.warnings.isEmpty)
        #expect(decoded.image.width == (try expected.integer("width", in: 1...10_000)))
        #expect(decoded.image.height == (try expected.integer("height", in: 1...10_000)))
        #expect(checksum(decoded.image) == (try expected.string("checksum")))
    }

    @Test(arguments: names)
    func cutFilesAreRefused(name: String) throws {
        let bytes = try InputFile(Fixtures.path("webp/\(name)")).contents(limit: 1 << 20)
        for length in stride(from: 12, to: bytes.count - 1, by: max(1, bytes.count / 40)) {
            #expect { try RGBImage.decode(Array(bytes.prefix(length)), path: "cut.webp") } throws: { error in
                (error as? FileError)?.description.contains("cut.webp: is cut short") ?? false
            }
        }
    }

    @Test func whatFollowsIsIgnoredAndSaid() throws {
        let bytes = try InputFile(Fixtures.path("webp/\(WebPTests.names[0])")).contents(limit: 1 << 20)
        let decoded = try RGBImage.decode(bytes + [1, 2, 3], path: "long.webp")
        #expect(decoded.warnings == ["bytes after the end of the image are ignored"])
    }

    /// A header of 16,383 × 16,383 pixels costs no memory: VP8X, with a canvas and no picture in it.
    @Test func hugeCanvasesAreRefused() throws {
        let side: [UInt8] = [0xFE, 0x3F, 0x00]
        let header = Array("VP8X".utf8) + [10, 0, 0, 0, 0x02, 0, 0, 0] + side + side
        let frame = Array("ANMF".utf8) + [16, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        let animation = Array("ANIM".utf8) + [6, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let body = Array("WEBP".utf8) + header + animation + frame
        let file = Array("RIFF".utf8) + [UInt8(body.count), 0, 0, 0] + body
        #expect(throws: FileError.self) { try RGBImage.decode(file, path: "huge.webp") }
    }
}
