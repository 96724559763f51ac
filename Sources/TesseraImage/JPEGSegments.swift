/// What the marker segments of a JPEG file say that TurboJPEG does not report: how the picture is turned, and how much
/// work it is to decode. Every length is checked against the file; what cannot be read is left at its default.
///
/// ITU-T T.81, annex B; Exif 2.32, section 4.6.
struct JPEGSegments {
    /// How the picture is turned, as its EXIF or else its XMP says.
    private(set) var metadata = OrientationMetadata()
    /// Why TurboJPEG cannot decode the file, though it is sound; nil where there is no such reason.
    private(set) var unsupported: String?
    /// Whether coefficients of the whole picture must be held until its last scan: in a progressive file, or where a
    /// scan has some of the components only.
    private(set) var holdsCoefficients = false
    /// How many coefficients a pixel has, all components together: 3 without subsampling, 1.5 with 4:2:0.
    private(set) var coefficientsPerPixel = 3.0
    /// How many times the data passes over the picture.
    private(set) var scanCount = 0

    private var componentCount: UInt8 = 0
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var position = 2
        while let marker = nextMarker(&position), marker != 0xD9 {
            guard let length = bytes[...].integer(at: position, bytes: 2), length >= 2 else { return }
            let segment = min(position + 2, bytes.count)..<min(position + length, bytes.count)
            switch marker {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                readFrame(segment, marker)
            case 0xF7 where componentCount == 0:
                unsupported = "is a JPEG-LS picture"
            case 0xDA:
                scanCount += 1
                if let count = bytes[segment].first, count < componentCount { holdsCoefficients = true }
            case 0xE1 where bytes[segment].starts(with: Array("Exif\0\0".utf8)):
                metadata.exif = metadata.exif ?? bytes[segment]
            case 0xE1 where bytes[segment].starts(with: Array("http://ns.adobe.com/xap/1.0/\0".utf8)):
                metadata.xmp = bytes[segment]
            default: break
            }
            position += length
        }
    }

    /// The next marker that a segment follows, with `position` behind it. A scan's data are passed over: in them 0xFF
    /// is followed by 0 or by a restart marker.
    private func nextMarker(_ position: inout Int) -> UInt8? {
        bytes.withUnsafeBufferPointer { bytes in
            while position + 1 < bytes.count {
                let byte = bytes[position + 1]
                if bytes[position] == 0xFF, byte != 0, byte != 0xFF, !(0xD0...0xD8).contains(byte), byte != 0x01 {
                    position += 2
                    return byte
                }
                position += 1
            }
            return nil
        }
    }

    private mutating func readFrame(_ segment: Range<Int>, _ marker: UInt8) {
        if [0xC2, 0xC6, 0xCA, 0xCE].contains(marker) { holdsCoefficients = true }
        guard segment.count >= 6 else { return }
        // What follows the first frame is damage.
        if componentCount == 0 { unsupported = JPEGSegments.unsupported(marker, bits: bytes[segment.lowerBound]) }
        componentCount = bytes[segment.lowerBound + 5]
        let components = Int(componentCount)
        guard components > 0, segment.count >= 6 + 3 * components else { return }
        let areas = (0..<components).map { component in
            let factors = bytes[segment.lowerBound + 7 + 3 * component]
            return Double(factors >> 4) * Double(factors & 15)
        }
        guard let largest = areas.max(), largest > 0 else { return }
        coefficientsPerPixel = areas.reduce(0, +) / largest
    }

    /// What a frame is that TurboJPEG does not decode; nil of others. T.81, table B.1.
    private static func unsupported(_ marker: UInt8, bits: UInt8) -> String? {
        switch marker {
        case 0xC3, 0xC7, 0xCB, 0xCF: "is a lossless JPEG"
        case 0xC5, 0xC6, 0xCD, 0xCE: "is a hierarchical JPEG"
        default: (9...16).contains(bits) ? "is a JPEG of \(bits) bits a sample" : nil
        }
    }
}
