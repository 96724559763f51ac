import TesseraAudio
import TesseraSpeech
import TestSupport
import Testing

/// Speech that is written down while it is spoken, by the model that ships.
@Suite struct LiveTranscriptionTests {
    private static let rate = LiveTranscription.sampleRate
    private static let recordings = ["three-one-four", "two-phrases"]

    private static func transcriber() throws -> Transcriber {
        try Transcriber(folder: Fixtures.ownPath("../../Models/speech-digits"))
    }

    private static func recording(_ name: String) throws -> AudioFile {
        try AudioFile(Fixtures.ownPath("../../Samples/recordings/\(name).flac"))
    }

    private static func samples(_ name: String) throws -> [Float] {
        try recording(name).samples(at: rate).read(upTo: 60 * rate)
    }

    private static func silence(_ seconds: Int) -> [Float] { [Float](repeating: 0, count: seconds * rate) }

    private func updates(of samples: [Float], pieces: Int, keepsUp: Bool = false) throws -> [LiveUpdate] {
        var transcription = try LiveTranscription(Self.transcriber())
        var updates: [LiveUpdate] = []
        for start in stride(from: 0, to: samples.count, by: pieces) {
            let piece = Array(samples[start..<min(start + pieces, samples.count)])
            updates += try transcription.append(piece, keepsUp: keepsUp)
        }
        return try updates + transcription.finish()
    }

    @Test(arguments: recordings)
    func wordsAreThoseOfTheWholeRecording(name: String) throws {
        var options = TranscriptionOptions()
        options.timestamps = .word
        let whole = try Self.transcriber().transcribe(Self.recording(name), options).segments.flatMap { $0.words ?? [] }
        let live = try updates(of: Self.samples(name), pieces: 1_600).committed
        #expect(live.map(\.word) == whole.map(\.word))
        #expect(zip(live, whole).allSatisfy { abs($0.end - $1.end) < 0.3 })
    }

    /// The same comes of the same sound, in whatever pieces.
    @Test(arguments: recordings, [1_000, 16_000, 37_123, 1_000_000])
    func piecesDoNotMatter(name: String, pieces: Int) throws {
        let samples = try Self.samples(name)
        #expect(try updates(of: samples, pieces: pieces) == updates(of: samples, pieces: 4_000))
    }

    /// Sound that goes on for longer than the model's window, without a pause that would end an utterance.
    @Test(arguments: [false, true])
    func longSpeechIsCut(keepsUp: Bool) throws {
        let phrase = try Self.samples("two-phrases")
        let updates = try updates(of: phrase + phrase + phrase, pieces: 8_000, keepsUp: keepsUp)
        let words = updates.committed
        #expect(words.count > 29 && words.count < 37, "\(words.map(\.word).joined())")
        let times = words.flatMap { [$0.start, $0.end] }
        #expect(times == times.sorted() && times.allSatisfy { (0...16).contains($0) })
        #expect(updates.utterances.flatMap(\.words) == words)
    }

    @Test func utterancesEndInPauses() throws {
        let (first, second) = (try Self.samples("three-one-four"), try Self.samples("two-phrases"))
        let updates = try updates(
            of: Self.silence(3) + first + Self.silence(5) + second + Self.silence(2), pieces: 4_000)
        let utterances = updates.utterances
        #expect(utterances.map(\.text) == ["three one four", "two seven one eight two eight one four one four two"])
        #expect(utterances.allSatisfy { $0.language == "en" })
        let spoken = updates.flatMap { update -> [Double] in
            switch update {
            case .speechStarted(let time), .speechStopped(let time): [time]
            default: []
            }
        }
        #expect(spoken == utterances.flatMap { [$0.speech.start, $0.speech.end] })
        let starts = utterances.map(\.speech.start)
        #expect(starts.count == 2 && abs(starts[0] - 3) < 0.5 && abs(starts[1] - 9.5) < 1, "\(starts)")
        #expect(updates.last.map { if case .utterance = $0 { true } else { false } } ?? false)
    }

    /// A pause between two phrases ends an utterance where it is as long as that, and speech that is less likely is none.
    @Test func whatSpeechIsCanBeChosen() throws {
        var options = LiveTranscriptionOptions()
        options.pause = 0.5
        let sound =
            try Self.samples("three-one-four") + Self.silence(1) + Self.samples("three-one-four") + Self.silence(2)
        func count(_ options: LiveTranscriptionOptions) throws -> Int {
            var transcription = try LiveTranscription(Self.transcriber(), options)
            return try (transcription.append(sound) + transcription.finish()).utterances.count
        }
        #expect(try count(options) == 2)
        (options.pause, options.threshold) = (5, 0.5)
        #expect(try count(options) == 1)
        options.threshold = 1
        #expect(try count(options) == 0)
    }

    @Test func nothingIsWrittenWhereNobodySpeaks() throws {
        for sound in [Self.silence(20), Sounds.noise(count: 20 * Self.rate, amplitude: 0.05), []] {
            #expect(try updates(of: sound, pieces: 4_000).isEmpty)
        }
    }

    @Test func modelsWithoutTimesOfWordsAreRefused() throws {
        let transcriber = try Transcriber(folder: Fixtures.path("speech2text"))
        let refusal = #expect(throws: UnsupportedOption.self) { try LiveTranscription(transcriber) }
        #expect(refusal?.capability == .wordTimes && refusal?.model == transcriber.name)
    }

    /// The stream around it gives the same where the sound comes no faster than it is decoded, and much the same otherwise.
    @Test func streamsGiveWords() async throws {
        let samples = try Self.samples("two-phrases")
        let sound = AsyncStream<[Float]> { continuation in
            for start in stride(from: 0, to: samples.count, by: 1_000) {
                continuation.yield(Array(samples[start..<min(start + 1_000, samples.count)]))
            }
            continuation.finish()
        }
        var updates: [LiveUpdate] = []
        for try await update in try Self.transcriber().live(sound) { updates.append(update) }
        #expect(updates.committed.map(\.word).joined() == " two seven one eight two eight one four one four two")
    }

    @Test func failuresOfTheSoundArePassedOn() async throws {
        let sound = AsyncThrowingStream<[Float], any Error> { continuation in
            continuation.yield(Self.silence(1))
            continuation.finish(throwing: Unplugged())
        }
        await #expect(throws: Unplugged.self) {
            for try await _ in try Self.transcriber().live(sound) {}
        }
    }

    /// Nothing comes any more, and nobody waits.
    @Test(.timeLimit(.minutes(1))) func cancellationEndsTheWork() async throws {
        let (sound, _) = AsyncStream<[Float]>.makeStream()
        let transcriber = try Self.transcriber()
        let task = Task { for try await _ in transcriber.live(sound) {} }
        task.cancel()
        _ = await task.result
        let transcription = try LiveTranscription(transcriber)
        let work = Task {
            var transcription = transcription
            while !Task.isCancelled {}
            return try transcription.append(Self.silence(1))
        }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    /// Whatever is being computed when the task is cancelled.
    @Test func workCanBeCancelledAtAnyTime() async throws {
        let transcription = try LiveTranscription(Self.transcriber())
        let sound = try Self.samples("two-phrases") + Self.samples("three-one-four")
        for milliseconds in stride(from: 1, to: 300, by: 3) {
            let work = Task {
                var transcription = transcription
                return try transcription.append(sound)
            }
            try await Task.sleep(for: .milliseconds(milliseconds))
            work.cancel()
            _ = await work.result
        }
    }

    private struct Unplugged: Error {}
}

extension [LiveUpdate] {
    /// All words that are certain, in order.
    fileprivate var committed: [TranscribedWord] {
        flatMap { if case .committed(let words) = $0 { words } else { [TranscribedWord]() } }
    }

    fileprivate var utterances: [LiveUtterance] {
        compactMap { if case .utterance(let utterance) = $0 { utterance } else { nil } }
    }
}
