import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

/// Models that label the frames of a waveform, against what transformers computes of the same checkpoints: every folder of the
/// fixtures that has such a model with input, logits and transcripts to compare with.
@Suite struct WaveformParityTests {
    static let fixtures = Fixtures.models(ofTypes: ["wav2vec2", "hubert"]) {
        $0.shape(of: "audio0.logits")?.count == 3
    }

    @Test func thereAreFixtures() throws {
        let types = Set(
            try Self.fixtures.map { try JSONObject.read(Fixtures.path($0 + "/config.json")).string("model_type") })
        #expect(Self.fixtures.count >= 2 && !types.isEmpty)
    }

    /// A model with its references.
    struct Case {
        let transcriber: Transcriber
        let recognizer: WaveformRecognizer
        let reference: Safetensors
        let expected: JSONObject
        private let folder: String

        init(_ fixture: String, _ precision: Precision = .float32) throws {
            folder = Fixtures.path(fixture)
            transcriber = try Transcriber(folder: folder, precision: precision)
            recognizer = try #require(transcriber.model as? any WaveformSpeechModel).recognizer
            reference = try Safetensors(folder + "/reference.safetensors")
            expected = try JSONObject.read(folder + "/expected.json")
        }

        /// What is expected of each sound, with the sound.
        func sounds() throws -> [(name: String, recording: AudioFile, expected: JSONObject)] {
            try expected.objects("sounds").map { sound in
                let file = try sound.string("file")
                return (String(file.prefix { $0 != "." }), try AudioFile("\(folder)/\(file)"), sound)
            }
        }

        func samples(_ recording: AudioFile) throws -> [Float] {
            try recording.samples(at: recognizer.features.settings.sampleRate).read(upTo: 1 << 24)
        }
    }

    /// Sums in double precision, and numpy's in single.
    @Test(arguments: fixtures)
    func inputs(fixture: String) throws {
        let model = try Case(fixture)
        let sounds = try model.sounds()
        #expect(sounds.count >= 2)
        for (name, recording, _) in sounds {
            let input = model.recognizer.features(try model.samples(recording))
            let wanted = try model.reference.readTensor(name + ".input_values")
            #expect(relativeError(input.reshaped([1, input.count]), wanted) <= 1e-4)
        }
        let batch = model.recognizer.features(try sounds.map { try model.samples($0.recording) })
        #expect(relativeError(batch.input, try model.reference.readTensor("batch.input_values")) <= 1e-4)
        let isMasked = try #require(try model.expected.object("batch")).boolean("attention_mask")
        #expect((batch.sampleCounts != nil) == isMasked)
    }

    /// Float32 differs from the reference by the order of its sums.
    @Test(arguments: fixtures)
    func states(fixture: String) throws {
        let model = try Case(fixture)
        for (name, _, expected) in try model.sounds() {
            let input = try model.reference.readTensor(name + ".input_values")
            let states = model.recognizer.transformer.encoded(input)
            if model.reference.contains(name + ".last_hidden_state") {
                let wanted = try model.reference.readTensor(name + ".last_hidden_state")
                #expect(relativeError(states, wanted) <= 1e-4)
            }
            let logits = model.recognizer.transformer.head(states)
            #expect(relativeError(logits, try model.reference.readTensor(name + ".logits")) <= 1e-4)
            let labels = CTCPath(likeliest: logits.reshaped([logits.shape[1], logits.shape[2]])).labels
            #expect(labels == (try #require(try expected.numbers("ids"))).map { Int32($0) })
        }
    }

    /// Of several sounds together, each with the padding that its checkpoint was trained with.
    @Test(arguments: fixtures)
    func batches(fixture: String) throws {
        let model = try Case(fixture)
        let batch = model.recognizer.features(try model.sounds().map { try model.samples($0.recording) })
        let logits = model.recognizer.transformer.logits(batch.input, sampleCounts: batch.sampleCounts)
        let wanted = try model.reference.readTensor("batch.logits")
        guard let counts = batch.sampleCounts else {
            #expect(relativeError(logits, wanted) <= 1e-4)
            return
        }
        // What stands where there is no sound, nobody reads.
        for (item, count) in counts.enumerated() {
            let frames = 0..<model.recognizer.transformer.configuration.frameCount(samples: count)
            let own = logits.rows(item..<item + 1).tokens(frames)
            #expect(relativeError(own, wanted.rows(item..<item + 1).tokens(frames)) <= 1e-4)
        }
    }

    /// In bfloat16 transformers itself is 1.5e-2 to 2.3e-2 away from the references of these folders; matrices as narrow as theirs keep
    /// 16 bits in int8 too.
    @Test(arguments: fixtures, [Precision.bfloat16, .int8])
    func logitsInFewerBits(fixture: String, precision: Precision) throws {
        let model = try Case(fixture, precision)
        for (name, _, _) in try model.sounds() {
            let logits = model.recognizer.transformer.logits(try model.reference.readTensor(name + ".input_values"))
            #expect(relativeDistance(logits, try model.reference.readTensor(name + ".logits")) <= 3e-2)
        }
    }

    @Test(arguments: fixtures)
    func transcripts(fixture: String) throws {
        let model = try Case(fixture)
        for (_, recording, expected) in try model.sounds() {
            let transcript = try model.transcriber.transcribe(recording)
            #expect(transcript.text == (try expected.string("transcript")))
            #expect(transcript.language == nil && transcript.duration == recording.duration)
        }
    }

    /// Words begin and end with the frames that transformers' tokenizer says.
    @Test(arguments: fixtures)
    func timesOfWords(fixture: String) throws {
        let model = try Case(fixture)
        var options = TranscriptionOptions()
        options.timestamps = .word
        let configuration = model.recognizer.transformer.configuration
        let frame = Double(configuration.stride) / Double(model.recognizer.features.settings.sampleRate)
        for (_, recording, expected) in try model.sounds() {
            let transcript = try model.transcriber.transcribe(recording, options)
            let words = transcript.segments.flatMap { $0.words ?? [] }
            #expect(words.map(\.word).joined() == transcript.text)
            #expect(words.allSatisfy { $0.start < $0.end && $0.probability > 0 && $0.probability <= 1 })
            guard case .array(let wanted)? = expected.value("words") else { continue }
            #expect(words.count == wanted.count)
            for (word, wanted) in zip(words, wanted) {
                guard case .array(let parts) = wanted, case .string(let text) = parts[0],
                    case .number(let start) = parts[1], case .number(let end) = parts[2]
                else {
                    Issue.record("a word is not a text with two frames")
                    continue
                }
                #expect(word.word.drop { $0 == " " } == text)
                #expect(abs(word.start - start.double * frame) < 2e-3 && abs(word.end - end.double * frame) < 2e-3)
            }
        }
    }
}
