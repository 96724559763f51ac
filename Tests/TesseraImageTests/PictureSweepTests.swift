import TesseraFiles
import TesseraImage
import TestSupport
import Testing

@Suite struct PictureSweepTests {
    private static let pictures = [
        "ok_palette4", "ok_palette_trns", "ok_rgba8_semi", "ok_gama_1_0", "ok_gray16", "ok_apng_2frames",
    ]

    /// Decodes what has a size, which is that of its pixels.
    private func decode(_ bytes: [UInt8], path: String) throws {
        let size = try RGBImage.size(of: bytes, path: path)
        let image = try RGBImage.decode(bytes, path: path).image
        precondition(size.width * size.height == image.width * image.height, "a header says another size")
    }

    @Test func everyDamagedPNGIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in Self.pictures {
                let bytes = try bytes("hostile/png/\(name).png")
                try DamageSweep.run(name, bytes) { try decode($0, path: "a.png") }
                // Past the checksums, which else refuse all changes.
                try DamageSweep.run(name + ", sound checksums", bytes) { damaged in
                    try decode(withChecksums(damaged), path: "a.png")
                }
            }
        }
    }

    @Test func everyDamagedJPEGIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["orientation6", "little-endian8", "progressive420", "cmyk-progressive", "restarts"] {
                let bytes = try bytes("jpeg/\(name).jpg")
                try DamageSweep.run(name, bytes) { try decode($0, path: "a.jpg") }
            }
        }
    }

    @Test func everyDamagedWebPIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in folderContents(Fixtures.ownPath("webp")) where name.hasSuffix(".webp") {
                try DamageSweep.run(name, try bytes("webp/" + name)) { try decode($0, path: "a.webp") }
            }
        }
    }

    @Test func everyDamagedOrientationIsReadOrPassedOver() throws {
        let exif: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
        let xmp = Array("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x>".utf8)
        let profile =
            Array("\nexif\n      22\n".utf8)
            + exif.flatMap { byte in
                Array(((byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
            }
        let chunks: [(String, [UInt8])] = [
            ("eXIf", exif), ("iTXt", xmp), ("tEXt", Array("Raw profile type exif\0".utf8) + profile),
            ("zTXt", Array("Raw profile type exif\0\0".utf8) + storedZlib(profile)),
        ]
        try DamageSweep.inOwnProcess {
            for (type, content) in chunks {
                let file = pngFile(
                    width: 2, height: 3, pixels: [UInt8](repeating: 9, count: 18), before: pngChunk(type, content))
                let image = try RGBImage.decode(file, path: "a.png").image
                #expect((image.width, image.height) == (3, 2))
                try DamageSweep.run(type, file) { damaged in
                    try decode(withChecksums(damaged), path: "a.png")
                }
            }
        }
    }

    @Test func everyDamagedProcessorIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let folder = Fixtures.ownPath("image-processors")
            let picture = RGBImage(width: 9, height: 7, pixels: [UInt8](repeating: 100, count: 9 * 7 * 3))
            for name in folderContents(folder) where name.hasSuffix(".json") {
                try DamageSweep.run(name, try bytes("image-processors/" + name), changes: 300, isText: true) {
                    damaged in
                    let settings = try JSONObject(bytes: damaged, path: "preprocessor_config.json")
                    let processor = try ImageProcessor(settings, standardClass: .vit)
                    // What makes a large picture, as the settings ask, takes its time.
                    if let size = processor.fixedSize, size.width * size.height > 1 << 16 { return }
                    _ = try processor.pixelValues([picture])
                }
            }
        }
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try InputFile(Fixtures.ownPath(name)).contents(limit: 1 << 20)
    }
}
