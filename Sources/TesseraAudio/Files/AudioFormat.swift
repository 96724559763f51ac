/// What the first bytes of a file say it is. Names are not looked at.
enum AudioFormat: Equatable {
    /// WAV, RF64 or BW64, little-endian.
    case wav
    /// WAV with the most significant bytes first.
    case bigEndianWAV
    case wave64
    case aiff
    case aiffC
    case caf
    case au
    case flac
    case mpeg
    case ogg
    /// A recording that is left to ffmpeg.
    case foreign(ForeignRecording)
    /// None of these: it may still be MP3 behind other bytes.
    case unknown(String)
    /// None of these: why it is refused, in words for the user.
    case refused(String)

    /// - Parameter bytes: The beginning, after ID3 tags.
    init(of bytes: [UInt8]) {
        if let known = Self.byName(bytes) {
            self = known
        } else if MP3Header(bytes, at: 0) != nil {
            self = .mpeg
        } else if let recording = ForeignRecording(bytes) {
            self = .foreign(recording)
        } else {
            self =
                Self.refusal(of: bytes).map(AudioFormat.refused)
                ?? .unknown("is of an unknown kind; \(Self.supported)")
        }
    }

    private static func byName(_ bytes: [UInt8]) -> AudioFormat? {
        let (isWave, isForm) = (bytes.has("WAVE", at: 8), bytes.has("FORM"))
        if isWave && (bytes.has("RIFF") || bytes.has("RF64") || bytes.has("BW64")) { return .wav }
        if isWave && bytes.has("RIFX") { return .bigEndianWAV }
        if bytes.has("riff.") { return .wave64 }
        if isForm && bytes.has("AIFF", at: 8) { return .aiff }
        if isForm && bytes.has("AIFC", at: 8) { return .aiffC }
        if bytes.has("caff") { return .caf }
        if bytes.has(".snd") { return .au }
        if bytes.has("fLaC") { return .flac }
        return bytes.has("OggS") ? .ogg : nil
    }

    /// The formats that are read, for messages.
    static let supported = "WAV, FLAC, OGG, Opus, MP3, AIFF, AU and CAF recordings are read"

    /// Why a recording in a codec that is not read is refused, with the call that converts it.
    static func conversion(of kind: String, path: String) -> String {
        "is \(kind), which is not read; convert it: ffmpeg -i \(shellWord(path)) \(wavName(path))"
    }

    /// Why bytes that are known are refused; nil of others.
    private static func refusal(of bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "is empty" }
        if let known = known.first(where: { bytes.has($0.text, at: $0.offset) }) {
            return "is \(known.kind); \(supported)"
        }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "is a PNG picture; \(supported)" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "is a JPEG picture; \(supported)" }
        if bytes.starts(with: [0x1F, 0x8B]) { return "is gzip data; \(supported)" }
        if bytes.count < 12, bytes.has("RIFF") || bytes.has("RF64") { return "is cut short inside its header" }
        return isText(bytes) ? "is text; \(supported)" : nil
    }

    private static let known: [(text: StaticString, offset: Int, kind: String)] = [
        ("GIF8", 0, "a GIF picture"), ("WEBP", 8, "a WebP picture"), ("%PDF", 0, "a PDF document"),
        ("PK\u{3}\u{4}", 0, "a ZIP archive"), ("MThd", 0, "a MIDI score"), ("<!DOCTYPE html", 0, "a web page"),
        ("<html", 0, "a web page"),
        ("version https://git-lfs", 0, "a Git-LFS pointer to a file that was not fetched"),
    ]

    /// Whether the beginning reads as text: printable, with the usual blanks, in UTF-8 or another 8-bit encoding.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    }

    private static func wavName(_ path: String) -> String {
        let dot = path.utf8.lastIndex(of: UInt8(ascii: "."))
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        guard let dot, dot > path.startIndex, slash.map({ path.utf8.index(after: $0) < dot }) ?? true else {
            return shellWord(path + ".wav")
        }
        let name = path[..<dot] + ".wav"
        return shellWord(name == path ? path[..<dot] + "-converted.wav" : String(name))
    }

    /// The path as a shell takes it: in quotation marks where it needs them.
    private static func shellWord(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber) || "/._-+,:@%".contains(character)
        }
        return plain && !path.isEmpty && path.utf8.first != UInt8(ascii: "-")
            ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
