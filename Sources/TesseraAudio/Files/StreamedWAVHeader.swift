internal import TesseraFiles

/// What stands before the samples of a WAV that is still being written.
struct StreamedWAVHeader {
    let encoding: RawEncoding
    /// How many bytes it has.
    let byteCount: Int
    /// The bytes of samples that follow; nil where whoever writes it does not know yet, and says 0 or almost 2³¹ or 2³².
    let sampleByteCount: Int?

    /// The most bytes that can stand there.
    private static let limit = 1 << 20
    private static let unknownLength = 0x7FFF_0000

    /// Nil where more of it is to come.
    init?(_ bytes: [UInt8], in source: ByteSource) throws(FileError) {
        var (place, format) = (12, WAVFormat?.none)
        while bytes.count >= place + 8 {
            let size = Int(bytes.littleEndian(place + 4, 4))
            if bytes.has("data", at: place) {
                guard let format else { throw source.damaged("has no 'fmt ' chunk before its samples") }
                encoding = try StreamedWAVHeader.encoding(format, in: source)
                byteCount = place + 8
                sampleByteCount = size == 0 || size >= Self.unknownLength ? nil : size
                return
            }
            guard place + size <= Self.limit else { throw source.damaged("has a damaged header") }
            if bytes.has("fmt ", at: place) {
                guard size >= 16 else { throw source.damaged("has a damaged 'fmt ' chunk") }
                guard bytes.count >= place + 8 + size else { return nil }
                format = WAVFormat(Array(bytes[place + 8..<place + 8 + size]))
            }
            place += 8 + size + size % 2
        }
        return nil
    }

    private static func encoding(_ format: WAVFormat, in source: ByteSource) throws(FileError) -> RawEncoding {
        guard let encoding = try format.encoding(in: source), encoding.canBeMixed else {
            throw source.damaged("is WAV in an encoding that is not heard as it comes: format tag \(format.tag)")
        }
        return encoding
    }
}
