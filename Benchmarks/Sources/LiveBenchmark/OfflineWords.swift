import TesseraAudio
import TesseraSpeech

/// What the model writes down of a recording that is there as a whole.
struct OfflineWords {
    let words: [TranscribedWord]

    init(_ samples: [Float], _ transcriber: Transcriber) throws {
        var options = TranscriptionOptions()
        options.timestamps = .word
        let transcript = try transcriber.transcribe(AudioFile(bytes: wav(samples), path: "sound"), options)
        words = transcript.segments.flatMap { $0.words ?? [] }
    }
}

/// A WAV of numbers with a point.
private func wav(_ samples: [Float]) -> [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    let size = UInt32(4 * samples.count)
    let format = bytes(UInt16(3)) + bytes(UInt16(1)) + bytes(UInt32(16_000)) + bytes(UInt32(64_000))
    let header = Array("RIFF".utf8) + bytes(size + 36) + Array("WAVEfmt ".utf8) + bytes(UInt32(16)) + format
    return header + bytes(UInt16(4)) + bytes(UInt16(32)) + Array("data".utf8) + bytes(size)
        + samples.flatMap { bytes($0.bitPattern) }
}
