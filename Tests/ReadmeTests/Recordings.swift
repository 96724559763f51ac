import TesseraAudio
import TesseraSpeech

// swift-format-ignore
func readmeRecordings() async throws {
    let transcriber = try Transcriber(folder: "whisper-tiny", precision: .int8)
    var options = TranscriptionOptions()
    options.timestamps = .word
    for try await segment in transcriber.segments(of: try AudioFile("interview.flac"), options) {
        print(segment.start, segment.end, segment.text)            // as they are found
    }
}
