import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraText
import TestSupport
import Testing

/// Speech2Text from a recording on disk to text: what transformers' beam search gives, decoded.
@Suite struct UtteranceTests {
    static let fixtures = Fixtures.models(ofTypes: ["speech_to_text"])

    @Test func thereAreFixtures() {
        #expect(!Self.fixtures.isEmpty)
    }

    @Test(arguments: fixtures)
    func textEqualsTheReference(fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let expected = try reference.readTensor("generated.beams5").values.map { Int32($0) }
        let tokenizer = try SentencePieceTokenizer(try ModelFolder(Fixtures.path(fixture)))
        var options = TranscriptionOptions()
        options.beamSize = 5
        options.tokenLimit = expected.count - 1
        let recording = try AudioFile(Fixtures.path(fixture + "/audio.wav"))
        let transcript = try Transcriber(folder: Fixtures.path(fixture)).transcribe(recording, options)
        #expect(transcript.text == tokenizer.decode(expected))
        #expect(transcript.segments.count == 1 && transcript.segments[0].start == 0)
        #expect(abs(transcript.segments[0].end - (try #require(recording.duration))) < 1e-3)
    }
}
