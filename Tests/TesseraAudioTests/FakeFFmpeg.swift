import TesseraAudio
import TestSupport

/// A recording that ffmpeg is to decode, and what the program that stands for it does then.
struct FakeRecording {
    let bytes: [UInt8]

    /// - Parameter script: For the shell; the arguments are ffmpeg's.
    init(_ script: String) { bytes = [0, 0, 0, 32] + Array("ftypM4A \(script)\n".utf8) }

    static func ffmpeg(patience: Duration = .seconds(60)) -> FFmpeg {
        FFmpeg(path: Fixtures.ownPath("programs/ffmpeg"), patience: patience)
    }

    /// The recording, in memory.
    func open(patience: Duration = .seconds(60)) throws -> AudioFile {
        try AudioFile(bytes: bytes, path: "a.m4a", ffmpeg: Self.ffmpeg(patience: patience))
    }

    /// The shell's command that writes `bytes`.
    static func write(_ bytes: [UInt8]) -> String {
        "printf '" + bytes.map { "\\" + String(Int($0) + 0o1000, radix: 8).dropFirst() }.joined() + "'"
    }

    /// An AU file of unknown length.
    ///
    /// - Parameter samples: Channels interleaved.
    static func au(_ samples: [Float], sampleRate: Int = 16_000, channelCount: Int = 1, note: [UInt8] = []) -> [UInt8] {
        let numbers = [24 + note.count, 0xFFFF_FFFF, 6, sampleRate, channelCount]
        let header = Array(".snd".utf8) + numbers.flatMap { Sounds.bytes($0, 4).reversed() } + note
        return header + samples.flatMap { Sounds.bytes($0.bitPattern, 4).reversed() }
    }
}
