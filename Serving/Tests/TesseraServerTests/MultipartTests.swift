import Foundation
import TesseraForms
import Testing

/// A form taken apart: its parts' names, files' names and contents.
private func parts(of form: String, boundary: String = "b", pieceSize: Int) throws -> [[String]] {
    var reader = MultipartReader(boundary: boundary)
    var parts: [[String]] = []
    let bytes = Array(form.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieceSize) {
        try reader.read(Data(bytes[start..<min(start + pieceSize, bytes.count)])) { event in
            switch event {
            case .partBegins(let header): parts.append([header.name, header.fileName ?? "-", ""])
            case .contents(let data): parts[parts.count - 1][2] += String(decoding: data, as: UTF8.self)
            case .partEnds: parts[parts.count - 1][2] += "|"
            }
        }
    }
    #expect(reader.isComplete)
    return parts
}

struct MultipartTests {
    private static let form = """
        preamble\r
        --b\r
        Content-Disposition: form-data; name="file"; filename="a \\"b\\".wav"\r
        Content-Type: audio/wav\r
        \r
        RIFF\r
        --not the boundary\r\n\r
        --b \t\r
        content-disposition:form-data;name=model\r
        \r
        \r
        --b\r
        Content-Disposition: form-data; name="ä"\r
        \r
        x\r
        --b--\r
        epilogue --b
        """

    @Test(arguments: [1, 2, 3, 5, 7, 16, 64, 1000])
    func aFormIsTheSameHoweverItComes(pieceSize: Int) throws {
        let parts = try parts(of: Self.form, pieceSize: pieceSize)
        #expect(
            parts == [
                ["file", "a \"b\".wav", "RIFF\r\n--not the boundary\r\n|"], ["model", "-", "|"], ["ä", "-", "x|"],
            ])
    }

    @Test(arguments: [
        ("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "no name"),
        ("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", "no Content-Disposition"),
        ("--bxy", "damaged boundary"), ("--b", nil),
        ("--b\r\n" + String(repeating: "a", count: 20_000), "too long a header"),
        ("--b\r\nContent-Disposition: form-data; name=\"\u{FFFD}", nil),
        ("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b", nil), ("", nil), ("no form", nil),
    ])
    func whatIsDamagedIsRefusedOrIncomplete(form: String, cause: String?) throws {
        var reader = MultipartReader(boundary: "b")
        do {
            try reader.read(Data(form.utf8)) { _ in }
            #expect(cause == nil)
            #expect(!reader.isComplete)
        } catch {
            #expect("\(error)".contains(try #require(cause)))
        }
    }

    /// Whether a header or a boundary is too long does not depend on how it comes either.
    @Test(arguments: [16_383, 16_384, 16_385], [1 << 20, 4096, 1000, 7])
    func limitsAreTheSameHoweverAFormComes(length: Int, pieceSize: Int) {
        let disposition = "\r\nContent-Disposition: form-data; name=\"a\"; x="
        let header = disposition + String(repeating: "x", count: length - disposition.utf8.count)
        let forms = [
            "--b\(header)\r\n\r\ny\r\n--b--",
            "--b\(String(repeating: " ", count: length))\(disposition)\r\n\r\ny\r\n--b--",
        ]
        for form in forms {
            let parts = try? parts(of: form, pieceSize: pieceSize)
            #expect(parts == (length <= 16_384 ? [["a", "-", "y|"]] : nil))
        }
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"),
        ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b;c\"", "a b;c"),
        ("multipart/form-data;boundary=abc ;x", "abc"), ("multipart/form-data", nil),
    ])
    func theBoundaryIsRead(text: String, boundary: String?) {
        let parameters = HeaderParameters(text)
        #expect(parameters.value == "multipart/form-data")
        #expect(parameters["boundary"] == boundary)
    }

    /// A hundred megabytes in pieces as they come from a socket take seconds at most, and nothing is kept of them.
    @Test func largeFilesPass() throws {
        var reader = MultipartReader(boundary: "b")
        let piece = Data(repeating: 0x2D, count: 1 << 16)
        var byteCount = 0
        let duration = try ContinuousClock().measure {
            try reader.read(Data("--b\r\nContent-Disposition: form-data; name=f\r\n\r\n".utf8)) { _ in }
            for _ in 0..<1600 {
                try reader.read(piece) { if case .contents(let data) = $0 { byteCount += data.count } }
            }
            try reader.read(Data("\r\n--b--".utf8)) { if case .contents(let data) = $0 { byteCount += data.count } }
        }
        #expect(byteCount == 1600 << 16)
        #expect(duration < .seconds(20))
    }
}
