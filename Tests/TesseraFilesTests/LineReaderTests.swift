import TesseraFiles
import TestSupport
import Testing

/// Lines of files, and data in URLs.
@Suite struct LineReaderTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n\nb\n\n", ["", "", "b", ""]), ("a\r\nb", ["a\r", "b"]),
    ])
    func lines(text: String, expected: [String]) throws {
        let reader = LineReader(try InputFile(folder.write("lines", text)))
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == expected)
        #expect(lines.dropLast().allSatisfy { $0.isWhole })
        #expect(lines.last?.isWhole ?? true == (text.isEmpty || text.hasSuffix("\n")))
        #expect(try reader.next() == nil)
    }

    /// Longer than what is read at once, so that lines lie across.
    @Test(arguments: [1, 7, 1 << 18, (1 << 18) + 1, 300_000])
    func longLines(length: Int) throws {
        let lines = (0..<5).map { [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: length) }
        let reader = LineReader(try InputFile(folder.write("lines", Array(lines.joined(separator: [0x0A])))))
        for (index, line) in lines.enumerated() {
            let read = try #require(try reader.next())
            #expect(read.bytes == line && read.offset == index * (length + 1))
        }
        #expect(try reader.next() == nil)
    }

    @Test func aLineThatIsTooLong() throws {
        let reader = LineReader(
            try InputFile(folder.write("lines", "ab\n" + String(repeating: "c", count: 9))), longest: 8)
        #expect(try reader.next()?.bytes == Array("ab".utf8))
        let error = #expect(throws: FileError.self) { _ = try reader.next() }
        #expect(error?.cause == "holds a line of more than 8 bytes")
    }

    @Test(arguments: [
        ("data:image/png;base64,iVBORw0=", [0x89, 0x50, 0x4E, 0x47, 0x0D]), ("data:;base64,", []),
        ("data:text/csv;charset=utf-8;base64,YSxi", Array("a,b".utf8)), ("data:;BASE64,-_8", [0xFB, 0xFF]),
        ("data:text/csv,a%2Cb%0A1,é", Array("a,b\n1,é".utf8)), ("data:,", []),
    ])
    func dataURL(text: String, bytes: [UInt8]) throws {
        #expect(try DataURL.bytes(text) == bytes)
    }

    @Test(arguments: ["data:;base64,iVBO?w==", "data:;base64,iVBOR", "data:;base64,iVB===", "data:,%4", "data:,%+1"])
    func damagedDataURL(text: String) {
        #expect(throws: DataURL.Damage.self) { try DataURL.bytes(text) }
    }

    @Test(arguments: ["", "a.png", "data", "data:x", "/data:,a", "Data:,a"])
    func whatIsNoDataURL(text: String) throws {
        #expect(try DataURL.bytes(text) == nil)
    }
}
