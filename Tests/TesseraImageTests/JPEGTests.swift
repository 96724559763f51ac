import TesseraFiles
import TesseraImage
import TesseraTensor
import TestSupport
import Testing

/// The largest difference between a picture's bytes and a reference `[height, width, 3]`; nil when sizes differ.
func largestDifference(_ image: RGBImage, _ reference: Tensor) -> Float? {
    guard reference.shape == [image.height, image.width, 3] else { return nil }
    return zip(image.pixels, reference.values).map { abs(Float($0) - $1) }.max()
}

@Suite struct JPEGTests {
    static let orientations = (1...9).map { "orientation\($0)" }
    static let names =
        orientations + [
            "little-endian8", "progressive444", "progressive422", "progressive420", "restarts", "cmyk-progressive",
        ]

    @Test("Pixels are within 1 of 255 of Pillow's, turned as EXIF says", arguments: names)
    func pixels(name: String) throws {
        let reference = try Safetensors(Fixtures.path("jpeg/reference.safetensors")).readTensor(name)
        let decoded = try RGBImage.read(Fixtures.path("jpeg/\(name).jpg"))
        let difference = try #require(largestDifference(decoded.image, reference))
        #expect(difference <= 1)
        #expect(decoded.warnings == [])
    }

    @Test(
        "A file cut anywhere is refused",
        arguments: [
            "orientation6", "progressive420", "restarts", "cmyk-progressive",
        ])
    func cuts(name: String) throws {
        let bytes = try jpeg(name)
        for length in bytes.indices {
            let cut = Array(bytes[..<length])
            #expect(throws: FileError.self, "\(length) of \(bytes.count) bytes") {
                try RGBImage.decode(cut, path: "cut")
            }
        }
    }

    @Test(
        "A header that lies about the size is refused",
        arguments: [
            (37, 44), (37, 16), (37, 300), (74, 22), (20, 22), (37, 0), (0, 22), (16_385, 22), (65_535, 65_535),
        ])
    func lies(width: Int, height: Int) throws {
        var bytes = try jpeg("restarts")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
        bytes.replaceSubrange(frame + 5..<frame + 9, with: size)
        let error = try #require(throws: FileError.self) { try RGBImage.decode(bytes, path: "lie") }
        #expect(error.kind == .badData)
    }

    @Test(
        "What is sound but cannot be decoded is called unsupported, by what it is",
        arguments: [
            (0xC3, 8, "a lossless JPEG"), (0xCB, 8, "a lossless JPEG"), (0xC5, 8, "a hierarchical JPEG"),
            (0xC0, 12, "a JPEG of 12 bits a sample"), (0xC1, 12, "a JPEG of 12 bits a sample"),
            (0xC2, 12, "a JPEG of 12 bits a sample"), (0xC3, 16, "a lossless JPEG"), (0xF7, 8, "a JPEG-LS picture"),
        ] as [(UInt8, UInt8, String)])
    func unsupported(frame: UInt8, bits: UInt8, kind: String) throws {
        var bytes = try jpeg("restarts")
        let start = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        (bytes[start + 1], bytes[start + 4]) = (frame, bits)
        let error = try #require(throws: FileError.self) { try RGBImage.decode(bytes, path: "a") }
        #expect(error.kind == .badData && error.cause.hasPrefix("is \(kind), which is not supported"), "\(error)")
    }

    @Test("XMP turns a picture where EXIF does not", arguments: 1...8)
    func xmp(orientation: Int) throws {
        let packet = Array("http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"\(orientation)\"/>".utf8)
        let segment: [UInt8] = [0xFF, 0xE1, 0, UInt8(packet.count + 2)] + packet
        func decode(_ bytes: [UInt8]) throws -> RGBImage {
            try RGBImage.decode(Array(bytes[..<2]) + segment + bytes[2...], path: "a").image
        }
        let plain = try RGBImage.decode(try jpeg("restarts"), path: "a").image
        let turned = try decode(try jpeg("restarts"))
        #expect(turned.pixels == plain.upright(orientation: orientation).pixels)
        #expect((turned.width == plain.width) == (orientation <= 4))
        let said = try RGBImage.read(Fixtures.path("jpeg/orientation6.jpg")).image
        #expect(try decode(try jpeg("orientation6")).pixels == said.pixels)
    }

    @Test(
        "A file of several scans cannot ask for unbounded memory",
        arguments: [
            ("progressive444", 0xC2 as UInt8), ("orientation1", 0xC0),
        ])
    func scanBomb(name: String, frameMarker: UInt8) throws {
        var bytes = try jpeg(name)
        let frame = try #require(bytes.firstRange(of: [0xFF, frameMarker])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x1F, 0x40, 0x1F, 0x3F])  // 7999x8000
        if frameMarker == 0xC0 {  // a first scan with one component of the three
            let scan = try #require(bytes.firstRange(of: [0xFF, 0xDA, 0x00, 0x0C])).lowerBound
            bytes.replaceSubrange(scan..<scan + 14, with: [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0])
        }
        let (error, time) = try timed {
            try #require(throws: FileError.self) { try RGBImage.decode(bytes, path: "bomb") }
        }
        #expect(error.cause.contains("several scans"))
        #expect(time < promptly)
    }

    @Test("A file of very many scans cannot ask for unbounded time")
    func manyScans() throws {
        var bytes = try jpeg("progressive444")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC2])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x13, 0x88, 0x13, 0x88])  // 5000x5000
        let scans = try #require(bytes.firstRange(of: [0xFF, 0xDA])).lowerBound..<bytes.count - 2
        let many = Array(bytes[..<scans.lowerBound]) + (0..<60).flatMap { _ in bytes[scans] } + [0xFF, 0xD9]
        let (error, time) = try timed { try #require(throws: FileError.self) { try RGBImage.decode(many, path: "a") } }
        #expect(error.cause.contains("too many scans") && time < promptly, "\(error)")
    }

    @Test("Bytes after the end marker do not matter")
    func trailing() throws {
        let bytes = try jpeg("orientation1")
        let expected = try RGBImage.decode(bytes, path: "a").image
        #expect(try RGBImage.decode(bytes + Array("more".utf8), path: "b").image == expected)
    }

    @Test("A few bytes of padding before the end marker give a warning")
    func padding() throws {
        let bytes = try jpeg("orientation1")
        let padded = Array(bytes.dropLast(2)) + [UInt8](repeating: 0, count: 20) + [0xFF, 0xD9]
        let decoded = try RGBImage.decode(padded, path: "padded")
        #expect(decoded.image == (try RGBImage.decode(bytes, path: "a").image))
        #expect(decoded.warnings.count == 1)
    }

    @Test("Changed bytes never trap", arguments: ["little-endian8", "progressive422", "cmyk-progressive"])
    func mutations(name: String) throws {
        let bytes = try jpeg(name)
        var random = SplitMix(state: 2)
        for _ in 0..<1000 {
            // EXIF, tables and frame lie in front: half of the changes go there.
            let head = random.mutated(Array(bytes.prefix(200))) + bytes.dropFirst(200)
            _ = try? RGBImage.decode(head, path: "changed")
            _ = try? RGBImage.decode(random.mutated(bytes), path: "changed")
        }
    }

    private func jpeg(_ name: String) throws -> [UInt8] {
        try InputFile(Fixtures.path("jpeg/\(name).jpg")).contents(limit: 1 << 20)
    }
}
