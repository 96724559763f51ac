/// The `desc` chunk of Apple's Core Audio Format.
enum CAFFormat {
    /// How the samples lie in the data; nil where they are compressed, or in a way that is left to libsndfile.
    ///
    /// - Parameter bytes: The chunk's contents, at least 32 bytes.
    static func encoding(_ bytes: [UInt8]) -> RawEncoding? {
        let rate = Double(bitPattern: bytes.bigEndian(0, 8))
        let (flags, channelCount) = (bytes.bigEndian(12, 4), Int(bytes.bigEndian(24, 4)))
        let bits = Int(bytes.bigEndian(28, 4))
        guard let sample = sample(bytes, isFloat: flags & 1 != 0, bits), (1...1e9).contains(rate) else { return nil }
        let encoding = RawEncoding(
            sample: sample, channelCount: channelCount, sampleRate: Int(rate.rounded()), isBigEndian: flags & 2 == 0)
        return encoding.frameByteCount == Int(bytes.bigEndian(16, 4)) ? encoding : nil
    }

    private static func sample(_ bytes: [UInt8], isFloat: Bool, _ bits: Int) -> RawEncoding.Sample? {
        if bytes.has("alaw", at: 8) { return .aLaw }
        if bytes.has("ulaw", at: 8) { return .muLaw }
        guard bytes.has("lpcm", at: 8) else { return nil }
        if isFloat { return bits == 32 ? .float32 : bits == 64 ? .float64 : nil }
        return bits % 8 == 0 ? RawEncoding.Sample(signedByteCount: bits / 8) : nil
    }

    /// The name of the codec, where it is none that libsndfile knows of.
    static func codec(_ bytes: [UInt8]) -> String {
        let id = String(decoding: bytes[8..<12], as: UTF8.self)
        return names[id] ?? "'\(id)'"
    }

    private static let names = [
        "alac": "ALAC", "aac ": "AAC", "aace": "AAC", "aacl": "AAC", "aacp": "AAC", "ima4": "IMA ADPCM", ".mp1": "MP1",
        ".mp2": "MP2", ".mp3": "MP3", "opus": "Opus", "flac": "FLAC", "QDM2": "QDesign", "MAC3": "MACE", "MAC6": "MACE",
        "Qclp": "QCELP", "ilbc": "iLBC", "samr": "AMR", "ac-3": "AC-3", "lpcm": "PCM of an unusual layout",
    ]
}
