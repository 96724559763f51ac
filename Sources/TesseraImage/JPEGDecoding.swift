internal import CTesseraTurboJPEG
internal import TesseraFiles

extension RGBImage {
    /// What the header of a file says that begins with JPEG's signature.
    static func sizeOfJPEG(_ bytes: [UInt8], path: String) throws(FileError) -> (width: Int, height: Int) {
        let decoder = try jpegDecoder(path)
        defer { tjDestroy(decoder) }
        let header = try readHeader(decoder, bytes, path: path)
        return (Int(header.width), Int(header.height))
    }

    private static func jpegDecoder(_ path: String) throws(FileError) -> tjhandle {
        guard let decoder = libraryDecoder(tjInitDecompress) else {
            throw FileError(.inputOutput, path: path, cause: "cannot be decoded: no memory is left")
        }
        return decoder
    }

    /// What stands before the first scan.
    private static func readHeader(
        _ decoder: tjhandle, _ bytes: [UInt8], path: String
    ) throws(FileError) -> (width: Int32, height: Int32, isCMYK: Bool) {
        var width: Int32 = 0
        var height: Int32 = 0
        var subsampling: Int32 = 0
        var colours: Int32 = -1
        // Fails for unusual subsampling too, which decodes all the same: what counts is whether it found a size.
        tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colours)
        guard width > 0, height > 0 else {
            try checkKind(JPEGSegments(bytes), path: path)
            throw FileError(.badData, path: path, cause: explanation(of: message(decoder)))
        }
        try checkSize(width: Int(width), height: Int(height), path: path)
        return (width, height, colours == TJCS_CMYK.rawValue || colours == TJCS_YCCK.rawValue)
    }

    private static func checkKind(_ segments: JPEGSegments, path: String) throws(FileError) {
        guard let kind = segments.unsupported else { return }
        let cause = "\(kind), which is not supported: save it as a baseline JPEG or as PNG"
        throw FileError(.badData, path: path, cause: cause)
    }

    /// Decodes a file that begins with JPEG's signature, and turns it as its EXIF orientation says.
    static func decodeJPEG(_ bytes: [UInt8], path: String) throws(FileError) -> Decoded {
        let decoder = try jpegDecoder(path)
        defer { tjDestroy(decoder) }
        let (width, height, isCMYK) = try readHeader(decoder, bytes, path: path)
        let segments = JPEGSegments(bytes)
        try checkKind(segments, path: path)
        try checkWork(segments, pixelCount: Int(width) * Int(height), path: path)

        var warnings: [String] = []
        var (pixels, complaint) = decompress(
            decoder, bytes, width, height, isCMYK: isCMYK, flags: TJFLAG_STOPONWARNING)
        if let first = complaint, isHarmless(first) {
            // Only the last complaint is known: when it is still the first, nothing worse came after it.
            (pixels, complaint) = decompress(decoder, bytes, width, height, isCMYK: isCMYK, flags: 0)
            if complaint == first { (complaint, warnings) = (nil, [first]) }
        }
        if let complaint { throw FileError(.badData, path: path, cause: explanation(of: complaint)) }
        let image = RGBImage(width: Int(width), height: Int(height), pixels: pixels)
        return Decoded(image: image.upright(orientation: segments.metadata.orientation), warnings: warnings)
    }

    /// A file of several scans, as progressive ones are, holds its coefficients in memory, 16 bits each, and passes
    /// over them once a scan: a small one could ask for gigabytes or minutes.
    private static func checkWork(_ segments: JPEGSegments, pixelCount: Int, path: String) throws(FileError) {
        guard segments.holdsCoefficients else { return }
        guard Double(pixelCount) * (2 * segments.coefficientsPerPixel + 3) <= 256e6 else {
            let cause = "has too many pixels for a JPEG of several scans: decoding would take over 256 MB"
            throw FileError(.badData, path: path, cause: cause)
        }
        guard pixelCount * segments.scanCount <= 20 * largestPixelCount else {
            throw FileError(.badData, path: path, cause: "has too many scans for its size: \(segments.scanCount)")
        }
    }

    /// The pixels, and what TurboJPEG found wrong; without pixels when it stopped there.
    private static func decompress(
        _ decoder: tjhandle, _ bytes: [UInt8], _ width: Int32, _ height: Int32, isCMYK: Bool, flags: Int32
    ) -> (pixels: [UInt8], complaint: String?) {
        let count = Int(width) * Int(height)
        let format = isCMYK ? TJPF_CMYK : TJPF_RGB
        var complaint: String?
        let pixels = [UInt8](unsafeUninitializedCapacity: count * (isCMYK ? 4 : 3)) { target, initialized in
            let status = tjDecompress2(
                decoder, bytes, UInt(bytes.count), target.baseAddress, width, 0, height, format.rawValue, flags)
            if status != 0 { complaint = message(decoder) }
            guard status == 0 || flags == 0 && tjGetErrorCode(decoder) == TJERR_WARNING.rawValue else { return }
            if isCMYK { convertCMYK(target, count: count) }
            initialized = count * 3
        }
        return (pixels, complaint)
    }

    /// Replaces CMYK, stored inverted as Adobe does and Pillow always assumes, by RGB in place: each colour is the
    /// product of its ink and black, rounded as Pillow rounds it.
    private static func convertCMYK(_ pixels: UnsafeMutableBufferPointer<UInt8>, count: Int) {
        for pixel in 0..<count {
            let black = Int(pixels[4 * pixel + 3])
            for channel in 0..<3 {
                let product = (255 - Int(pixels[4 * pixel + channel])) * black + 128
                let covered = (product >> 8 + product) >> 8
                pixels[3 * pixel + channel] = UInt8(max(0, black - covered))
            }
        }
    }

    /// Complaints about files that cameras write and every viewer shows: a scan header with unused fields filled in,
    /// and a few bytes of padding before the end marker.
    private static func isHarmless(_ complaint: String) -> Bool {
        if complaint.hasPrefix("Invalid SOS parameters") { return true }
        let words = complaint.split(separator: " ")
        guard complaint.contains("extraneous bytes before marker 0xd9") else { return false }
        return words.compactMap { Int($0) }.first.map { $0 <= 32 } ?? false
    }

    private static func explanation(of complaint: String) -> String {
        let isCut = complaint.contains("Premature end") || complaint.contains("premature end")
        if isCut { return "is cut short" }
        let isUnsupported = ["arithmetic", "Unsupported JPEG process"].contains(where: complaint.contains)
        return "is a \(isUnsupported ? "JPEG that is not supported" : "damaged JPEG"): \(complaint)"
    }

    /// TurboJPEG's last complaint, without the name of the function that made it.
    private static func message(_ decoder: tjhandle) -> String {
        let text = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown error"
        guard let name = text.firstRange(of: "(): ") else { return text }
        return String(text[name.upperBound...])
    }
}
