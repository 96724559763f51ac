internal import TesseraAudio
internal import TesseraFiles

/// How a client writes its samples: one channel.
enum RealtimeFormat: String, CaseIterable, Sendable {
    case pcm16
    case muLaw = "g711_ulaw"
    case aLaw = "g711_alaw"

    /// What the newer events call it.
    var mediaType: String {
        switch self {
        case .pcm16: "audio/pcm"
        case .muLaw: "audio/pcmu"
        case .aLaw: "audio/pcma"
        }
    }

    /// In Hz.
    var sampleRate: Int { self == .pcm16 ? 24_000 : 8_000 }

    private var bareSamples: SoundStream.BareSamples {
        switch self {
        case .pcm16: .signed16
        case .muLaw: .muLaw
        case .aLaw: .aLaw
        }
    }

    /// What makes samples of its bytes.
    ///
    /// - Throws: `FileError` where no memory is left.
    func stream(at rate: Int) throws(FileError) -> SoundStream {
        try SoundStream(
            path: "the sound of this session", sampleRate: rate, bareSamples: bareSamples, rawRate: sampleRate)
    }
}
