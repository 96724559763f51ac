internal import CTesseraWebP
internal import TesseraFiles

extension RGBImage {
    /// What the header of a file says that begins with WebP's signature.
    static func sizeOfWebP(_ bytes: [UInt8], path: String) throws(FileError) -> (width: Int, height: Int) {
        try withWebP(bytes, path: path) { _, width, height in (width, height) }
    }

    /// Decodes a file that begins with WebP's signature, and turns it as its EXIF orientation says; of an animation the first picture.
    static func decodeWebP(_ bytes: [UInt8], path: String) throws(FileError) -> Decoded {
        let isLonger = bytes.withUnsafeBufferPointer { bytes.count > lengthInHeader($0) }
        return try withWebP(bytes, path: path) { file, width, height throws(FileError) in
            let image = try firstPicture(of: file, width: width, height: height, path: path)
            return Decoded(
                image: image.upright(orientation: orientation(file)),
                warnings: isLonger ? ["bytes after the end of the image are ignored"] : [])
        }
    }

    /// What `body` makes of a file, taken apart, and of the size of its canvas.
    private static func withWebP<Result>(
        _ bytes: [UInt8], path: String, _ body: (OpaquePointer, Int, Int) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
            var data = WebPData(bytes: bytes.baseAddress, size: bytes.count)
            guard let file = WebPDemux(&data) else {
                throw FileError(.badData, path: path, cause: damage(of: bytes))
            }
            defer { WebPDemuxDelete(file) }
            let width = Int(WebPDemuxGetI(file, WEBP_FF_CANVAS_WIDTH))
            let height = Int(WebPDemuxGetI(file, WEBP_FF_CANVAS_HEIGHT))
            try checkSize(width: width, height: height, path: path)
            return try body(file, width, height)
        }
    }

    /// The first picture on its canvas, which is black where it does not reach: what is transparent there, without its alpha.
    private static func firstPicture(
        of file: OpaquePointer, width: Int, height: Int, path: String
    ) throws(FileError) -> RGBImage {
        func damaged() -> FileError { FileError(.badData, path: path, cause: "is a damaged WebP") }
        var frame = WebPIterator()
        guard WebPDemuxGetFrame(file, 1, &frame) != 0 else { throw damaged() }
        defer { WebPDemuxReleaseIterator(&frame) }
        let (left, top) = (Int(frame.x_offset), Int(frame.y_offset))
        guard frame.complete != 0, frame.width > 0, frame.height > 0, left >= 0, top >= 0,
            left + Int(frame.width) <= width, top + Int(frame.height) <= height
        else { throw damaged() }
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        let isDecoded = pixels.withUnsafeMutableBufferPointer { pixels in
            let start = (top * width + left) * 3
            return WebPDecodeRGBInto(
                frame.fragment.bytes, frame.fragment.size, pixels.baseAddress! + start, pixels.count - start,
                Int32(width * 3)) != nil
        }
        guard isDecoded else { throw damaged() }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    private static func orientation(_ file: OpaquePointer) -> Int {
        func chunk(_ name: String) -> ArraySlice<UInt8>? {
            var chunk = WebPChunkIterator()
            guard WebPDemuxGetChunk(file, name, 1, &chunk) != 0 else { return nil }
            defer { WebPDemuxReleaseChunkIterator(&chunk) }
            return Array(UnsafeBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size))[...]
        }
        return OrientationMetadata(exif: chunk("EXIF"), xmp: chunk("XMP ")).orientation
    }

    /// How long the file is by its header.
    private static func lengthInHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        8 + (4..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    }

    private static func damage(of bytes: UnsafeBufferPointer<UInt8>) -> String {
        bytes.count < lengthInHeader(bytes) ? "is cut short" : "is a damaged WebP"
    }
}
