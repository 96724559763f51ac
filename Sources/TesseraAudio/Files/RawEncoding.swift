/// How bare samples lie in a file.
struct RawEncoding: Sendable, Equatable {
    /// One sample.
    enum Sample: Sendable {
        case unsigned8, signed8, signed16, signed24, signed32, float32, float64, aLaw, muLaw

        /// Whole numbers with a sign, of so many bytes; nil where there are none.
        init?(signedByteCount: Int) {
            guard (1...4).contains(signedByteCount) else { return nil }
            self = [.signed8, .signed16, .signed24, .signed32][signedByteCount - 1]
        }

        var byteCount: Int {
            switch self {
            case .unsigned8, .signed8, .aLaw, .muLaw: 1
            case .signed16: 2
            case .signed24: 3
            case .signed32, .float32: 4
            case .float64: 8
            }
        }
    }

    let sample: Sample
    let channelCount: Int
    /// In Hz.
    let sampleRate: Int
    /// Whether the most significant byte of a sample comes first.
    var isBigEndian = false

    /// The bytes of one sample of every channel.
    var frameByteCount: Int { channelCount * sample.byteCount }
}
