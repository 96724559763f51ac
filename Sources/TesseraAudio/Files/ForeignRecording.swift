/// A recording in a format or codec that this package does not read by itself.
struct ForeignRecording: Equatable, Sendable {
    /// What it is, for messages: `M4A (AAC) audio`.
    let kind: String
    /// What ffmpeg calls its format. It is told, lest it take a file for a list of others' names.
    let demuxer: String
    /// How many bytes the file has by its own account; nil where it gives none.
    var claimedByteCount: UInt64?

    init(_ kind: String, demuxer: String) { (self.kind, self.demuxer) = (kind, demuxer) }

    /// What a file with these first bytes is; nil of what is read, or unknown.
    init?(_ bytes: [UInt8]) {
        guard let (kind, demuxer) = Self.format(bytes) else { return nil }
        self.init(kind, demuxer: demuxer)
        switch demuxer {
        case "asf": claimedByteCount = Self.asfByteCount(bytes)
        case "avi": claimedByteCount = Self.known(bytes.littleEndian(4, 4)).map { $0 + 8 }
        default: break
        }
    }

    private static func format(_ bytes: [UInt8]) -> (kind: String, demuxer: String)? {
        if bytes.has("ftypM4A", at: 4) || bytes.has("ftypM4B", at: 4) { return ("M4A (AAC) audio", "mov") }
        if bytes.has("ftyp", at: 4) { return ("MP4 video or audio", "mov") }
        if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 { return ("AAC audio", "aac") }
        if bytes.has("ADIF") { return ("AAC audio", "aac") }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return ("Matroska or WebM", "matroska") }
        if bytes.starts(with: [0x30, 0x26, 0xB2, 0x75]) { return ("WMA or ASF audio", "asf") }
        if bytes.has("#!AMR") { return ("AMR audio", "amr") }
        if bytes.has("wvpk") { return ("WavPack audio", "wv") }
        if bytes.has("MAC ") { return ("Monkey's Audio", "ape") }
        if bytes.has("FLV\u{1}") { return ("FLV video", "flv") }
        if bytes.has("RIFF") && bytes.has("AVI ", at: 8) { return ("AVI video", "avi") }
        return nil
    }

    /// The size in ASF's File Properties Object, of which ffmpeg makes nothing where the file was cut.
    private static func asfByteCount(_ bytes: [UInt8]) -> UInt64? {
        let name: [UInt8] = [
            0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
        ]
        let start = bytes.indices.first { bytes[$0...].starts(with: name) }
        guard let start else { return nil }
        // A broadcast has no size.
        return bytes.littleEndian(start + 88, 4) & 1 == 0 ? known(bytes.littleEndian(start + 40, 8)) : nil
    }

    /// Nil for what writers put where they do not know a size.
    private static func known(_ size: UInt64) -> UInt64? { size == 0 || size >= 0xFFFF_FFF0 ? nil : size }
}
