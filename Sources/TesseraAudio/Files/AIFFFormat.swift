/// The `COMM` chunk of AIFF and AIFF-C (Apple, 1989 and 1991).
enum AIFFFormat {
    /// How the samples lie in the data; nil where they are compressed, or in a way that is left to libsndfile.
    ///
    /// - Parameters:
    ///   - bytes: The chunk's contents, at least 18 bytes.
    ///   - isCompressible: Whether the file is AIFF-C, which names its encoding.
    static func encoding(_ bytes: [UInt8], isCompressible: Bool) -> RawEncoding? {
        let channelCount = Int(bytes.bigEndian(0, 2))
        let name = isCompressible ? Array(bytes.dropFirst(18).prefix(4)) : Array("NONE".utf8)
        let byteCount = (Int(bytes.bigEndian(6, 2)) + 7) / 8
        guard let (sample, isBigEndian) = sample(String(decoding: name, as: UTF8.self), byteCount) else { return nil }
        guard let rate = rate(bytes) else { return nil }
        return RawEncoding(sample: sample, channelCount: channelCount, sampleRate: rate, isBigEndian: isBigEndian)
    }

    private static func sample(_ name: String, _ byteCount: Int) -> (RawEncoding.Sample, isBigEndian: Bool)? {
        switch name {
        case "NONE", "twos": RawEncoding.Sample(signedByteCount: byteCount).map { ($0, true) }
        case "sowt": RawEncoding.Sample(signedByteCount: byteCount).map { ($0, false) }
        case "fl32", "FL32": (.float32, true)
        case "fl64", "FL64": (.float64, true)
        case "alaw", "ALAW": (.aLaw, true)
        case "ulaw", "ULAW": (.muLaw, true)
        case "in24": (.signed24, true)
        case "in32": (.signed32, true)
        default: nil
        }
    }

    /// The name of the encoding.
    static func codec(_ bytes: [UInt8]) -> String {
        "'\(String(decoding: bytes.dropFirst(18).prefix(4), as: UTF8.self))'"
    }

    /// The rate, of 80 bits with 64 of significand; nil where it is no number of our range.
    private static func rate(_ bytes: [UInt8]) -> Int? {
        let exponent = Int(bytes.bigEndian(8, 2)) - 16_383
        guard (0...30).contains(exponent) else { return nil }
        return Int(
            (Double(bytes.bigEndian(10, 8)) / Double(sign: .plus, exponent: 63 - exponent, significand: 1)).rounded())
    }
}
