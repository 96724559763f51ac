internal import TesseraFiles

/// The header of a page of Ogg (RFC 3533, section 6).
struct OggPage {
    /// Where the page begins in the source.
    let start: Int
    let headerByteCount: Int
    let bodyByteCount: Int
    /// Whether it is the first, or the last, of its logical stream.
    let (begins, ends): (Bool, Bool)
    /// The codec's count of samples up to the end of this page; nil where no packet ends on it.
    let granule: Int?
    /// Which logical stream it belongs to, and which page of it it is.
    let (serial, number): (UInt32, UInt32)

    var bodyStart: Int { start + headerByteCount }
    var end: Int { bodyStart + bodyByteCount }

    /// Nil where no whole header of a page stands at `start`.
    init?(at start: Int, _ reader: inout ByteReader) throws(FileError) {
        let bytes = try reader.bytes(at: start, upTo: 27 + 255)
        guard bytes.count >= 27, bytes.has("OggS"), bytes[4] == 0 else { return nil }
        let segmentCount = Int(bytes[26])
        guard bytes.count >= 27 + segmentCount else { return nil }
        self.start = start
        headerByteCount = 27 + segmentCount
        bodyByteCount = bytes[27..<27 + segmentCount].reduce(0) { $0 + Int($1) }
        (begins, ends) = (bytes[5] & 2 != 0, bytes[5] & 4 != 0)
        let position = Int64(bitPattern: bytes.littleEndian(6, 8))
        granule = position < 0 ? nil : Int(position)
        serial = UInt32(truncatingIfNeeded: bytes.littleEndian(14, 4))
        number = UInt32(truncatingIfNeeded: bytes.littleEndian(18, 4))
    }
}

/// What the first packet of a logical stream says it holds.
enum OggCodec: Equatable {
    /// Those that libsndfile decodes.
    case vorbis, opus
    /// FLAC; the samples it counts of each channel, if it does.
    case flac(sampleCount: Int?)
    /// Sound or pictures in another codec, by name.
    case other(String)
    /// What is no recording: Skeleton's index, subtitles.
    case description

    /// - Parameter bytes: The beginning of the first packet.
    init(_ bytes: [UInt8]) {
        if bytes.has("vorbis", at: 1) {
            self = .vorbis
        } else if bytes.has("OpusHead") {
            self = .opus
        } else if bytes.has("FLAC", at: 1), bytes.has("fLaC", at: 9) {
            let count = Int(bytes.bigEndian(27, 8) & 0xF_FFFF_FFFF)  // behind rate, channels and sample size
            self = .flac(sampleCount: count == 0 ? nil : count)
        } else if bytes.has("fishead") || bytes.has("kate", at: 1) || bytes.has("CMML") {
            self = .description
        } else {
            self = .other(Self.names.first { bytes.has($0.text, at: $0.offset) }?.name ?? "an unknown codec")
        }
    }

    /// Whether libsndfile decodes it.
    var isRead: Bool {
        switch self {
        case .vorbis, .opus, .flac: true
        case .other, .description: false
        }
    }

    var isFLAC: Bool {
        if case .flac = self { true } else { false }
    }

    /// The name of a codec that is not read.
    var foreignName: String? {
        if case .other(let name) = self { name } else { nil }
    }

    private static let names: [(text: StaticString, offset: Int, name: String)] = [
        ("Speex   ", 0, "Speex"), ("theora", 1, "Theora"), ("OVP80", 0, "VP8"), ("BBCD", 0, "Dirac"),
        ("daala", 1, "Daala"), ("PCM     ", 0, "PCM"), ("CELT    ", 0, "CELT"), ("fLaC", 0, "FLAC of before 2004"),
        ("video", 1, "OGM video"), ("audio", 1, "OGM audio"), ("text", 1, "OGM text"),
    ]
}
