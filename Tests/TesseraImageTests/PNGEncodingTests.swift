import TesseraFiles
import TesseraImage
import TestSupport
import Testing

@Suite struct PNGEncodingTests {
    @Test(arguments: [(1, 1), (3, 2), (500, 7), (1, 300)], [8, 16])
    func levelsComeBack(_ size: (width: Int, height: Int), bits: Int) throws {
        let levels = (0..<size.width * size.height).map { UInt16(truncatingIfNeeded: $0 &* 7919 &+ 3) >> (16 - bits) }
        let folder = TemporaryFolder()
        try writeGrayPNG(levels, width: size.width, height: size.height, bits: bits, to: folder.file("gray.png"))
        let image = try RGBImage.read(folder.file("gray.png")).image
        #expect(image.width == size.width && image.height == size.height)
        // What reads it keeps the higher byte of 16 bits.
        let expected = levels.flatMap { [UInt8](repeating: UInt8($0 >> (bits - 8)), count: 3) }
        #expect(image.pixels == expected)
        let header = try InputFile(folder.file("gray.png")).contents(limit: 1 << 20)
        #expect(header[24] == bits && header[25] == 0)
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let error = #expect(throws: FileError.self) {
            try writeGrayPNG([1], width: 1, height: 1, bits: 8, to: "/absent/gray.png")
        }
        #expect(error?.path == "/absent/gray.png")
    }
}
