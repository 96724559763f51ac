internal import CTesseraPNG
internal import TesseraFiles

extension RGBImage {
    /// What the header of a file says that begins with PNG's signature.
    static func sizeOfPNG(_ bytes: [UInt8], path: String) throws(FileError) -> (width: Int, height: Int) {
        let header = Array(bytes.prefix(24).dropFirst(8))
        guard header.count == 16 else { throw FileError(.badData, path: path, cause: "is cut short") }
        guard header[4..<8].elementsEqual("IHDR".utf8) else {
            throw FileError(.badData, path: path, cause: "is a damaged PNG: it does not begin with its header")
        }
        let (width, height) = (bigEndian(header[8..<12]), bigEndian(header[12..<16]))
        try checkSize(width: width, height: height, path: path)
        return (width, height)
    }

    /// Decodes a file that begins with PNG's signature. The size is read from the header and checked before, so that
    /// nothing is allocated for one that lies; everything else is libpng's.
    static func decodePNG(_ bytes: [UInt8], path: String) throws(FileError) -> Decoded {
        let (width, height) = try sizeOfPNG(bytes, path: path)
        var report = tessera_png_report()
        var decoded = false
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
            decoded = bytes.withUnsafeBufferPointer { source in
                tessera_png_decode(
                    source.baseAddress, source.count, UInt32(width), UInt32(height), target.baseAddress, &report)
            }
            count = decoded ? width * height * 3 : 0
        }
        let warnings = (0..<report.warning_count).map { String(cString: tessera_png_warning(&report, $0)) }
        guard decoded else {
            let cause = withUnsafeBytes(of: &report.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw FileError(.badData, path: path, cause: explanation(of: cause, warnings: warnings))
        }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        return Decoded(image: image.upright(orientation: PNGMetadata(bytes).orientation), warnings: warnings)
    }

    /// libpng's words for a user; what is wrong with a header it says in the warnings before the error.
    private static func explanation(of cause: String, warnings: [String]) -> String {
        if cause == "is cut short" { return cause }
        if cause == "Invalid IHDR data", let detail = warnings.last { return "is a damaged PNG: \(detail)" }
        return "is a damaged PNG: \(cause)"
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
