import TesseraSpeech
import TestSupport
import Testing

@Suite struct TrainingJoiningTests {
    private let samples: TrainingSamples
    private let recordings: [TranscribedRecording]
    private static let words = ["the", "river", "runs", "rain"]

    /// Eight tones of 0.2 s in recordings of 0.4 s, of two speakers: the second says every word in upper case.
    init() throws {
        let samples = try TrainingSamples()
        self.samples = samples
        recordings = ["x", "y"].flatMap { speaker in
            Self.words.map { word in
                samples.recording(
                    speaker + word, speaker == "x" ? word : word.uppercased(), seconds: 0.4, tone: 0.1...0.3,
                    speaker: speaker)
            }
        }
    }

    /// Without a second segment, text before, or silence.
    private static let plain: SpeechJoining = {
        var joining = SpeechJoining(maximumCount: 4)
        (joining.nextSegmentProbability, joining.previousTextProbability, joining.silenceProbability) = (0, 0, 0)
        return joining
    }()

    private func data(
        _ joining: SpeechJoining, _ augmentation: SpeechAugmentation = .none
    ) throws -> TranscribedClips {
        try TranscribedClips(
            reading: recordings, folder: samples.folder, augmentation: augmentation, joining: joining, seed: 11)
    }

    private func sounds(_ data: TranscribedClips, _ count: Int) throws -> [Utterance] {
        try (0..<count).map { try data.sound($0 % 8, epoch: $0 / 8) }
    }

    private func peak(_ samples: some Sequence<Float>) -> Float { samples.reduce(0) { max($0, abs($1)) } }

    /// The words of a segment.
    private func words(_ segment: SpokenSegment) -> [String] {
        samples.tokenizer.decode(segment.tokens).split(separator: " ").map(String.init)
    }

    @Test("A string is one segment of up to as many recordings as allowed, and begins with the sample")
    func strings() throws {
        var counts: [Int: Int] = [:]
        for (index, sound) in try sounds(try data(Self.plain), 400).enumerated() {
            #expect(sound.transcript.segments.count == 1)
            let words = words(try #require(sound.transcript.segments.first))
            #expect(words.first == recordings[index % 8].text)
            #expect(words.allSatisfy { word in recordings.contains { $0.text == word } })
            counts[words.count, default: 0] += 1
        }
        #expect(counts.keys.sorted() == [1, 2, 3, 4])
        // 400 draws of four: 100 within five deviations of 8.7. Some strings of four end at the window's end.
        #expect(counts.values.allSatisfy { abs($0 - 100) < 44 })
    }

    @Test("Speech is where the times say, and silence elsewhere")
    func times() throws {
        for sound in try sounds(try data(Self.plain), 100) {
            let segment = try #require(sound.transcript.segments.first)
            let inside = Int((segment.start * 16_000).rounded())..<Int((segment.end * 16_000).rounded())
            #expect(sound.samples[..<inside.lowerBound].allSatisfy { $0 == 0 })
            #expect(sound.samples[inside.upperBound...].allSatisfy { $0 == 0 })
            // Within 5 ms, at both ends, the tone is as loud as in the recording.
            #expect(peak(sound.samples[inside].prefix(160)) > 0.45 && peak(sound.samples[inside].suffix(160)) > 0.45)
            let count = words(segment).count
            let pauses = segment.end - segment.start - 0.2 * Double(count)
            #expect(pauses > 0.02 * Double(count - 1) - 0.01 && pauses < 0.5 * Double(count - 1) + 0.01)
            #expect(segment.start <= 1 && segment.end <= 2 && sound.samples.count <= 32_000)
        }
    }

    @Test("With noise, pauses and the segment have energies apart, and there is no digital silence")
    func noise() throws {
        let noisy = SpeechAugmentation(noiseProbability: 1, signalToNoise: 20...40)
        for sound in try sounds(try data(Self.plain, noisy), 100) {
            let segment = try #require(sound.transcript.segments.first)
            let inside = Int(segment.start * 16_000)..<Int(segment.end * 16_000)
            let outside = Array(sound.samples[..<inside.lowerBound]) + sound.samples[inside.upperBound...]
            func power(_ samples: some Collection<Float>) -> Float {
                samples.reduce(0) { $0 + $1 * $1 } / Float(max(samples.count, 1))
            }
            #expect(power(outside) < 0.1 * power(sound.samples[inside]))
            #expect(outside.count { $0 == 0 } < outside.count / 10 + 10)
        }
    }

    @Test("Mostly one speaker is heard", arguments: [Float(0), 0.8, 1])
    func speakers(probability: Float) throws {
        var joining = Self.plain
        joining.oneSpeakerProbability = probability
        let mixed = try sounds(try data(joining), 400).count { sound in
            let words = words(sound.transcript.segments[0])
            return Set(words.map { $0 == $0.uppercased() }).count == 2
        }
        // Of strings of 1 to 4 words drawn from both speakers 0, 1/2, 3/4 and 7/8 are mixed: 0.53 of all.
        let expected = Int(400 * 0.53 * (1 - probability))
        #expect(abs(mixed - expected) < 50 && (probability < 1 || mixed == 0))
    }

    @Test("Other segments follow after pauses up to the window's end, where one is named by its start alone")
    func otherSegments() throws {
        var joining = Self.plain
        (joining.maximumCount, joining.longestMargin, joining.nextSegmentProbability) = (2, 0.3, 1)
        var (others, cuts) = (0, 0)
        for sound in try sounds(try data(joining), 200) {
            let segments = sound.transcript.segments
            #expect((1...4).contains(segments.count) && sound.samples.count <= 32_000)
            for (before, segment) in zip(segments, segments.dropFirst()) {
                others += 1
                let pause = segment.start - before.end
                #expect(before.end <= 2.01 && pause >= 0.499 && pause <= 1.501 && segment.start < 2)
            }
            if let last = segments.last, last.end > 2.01 {
                cuts += 1
                #expect(sound.transcript.hasTimes && sound.samples.count == 32_000)
            }
        }
        #expect(others > 80 && cuts > 20)
    }

    @Test("Text before a clip has times where the clip has some")
    func previousText() throws {
        var joining = Self.plain
        joining.previousTextProbability = 1
        let clips = try data(joining)
        let timestamp = try #require(samples.tokenizer.id(of: "<|0.00|>"))
        for sound in try sounds(clips, 100) {
            let previous = sound.transcript.previous
            let times = previous.filter { $0 >= timestamp }
            #expect(!previous.isEmpty && times.isEmpty == !sound.transcript.hasTimes)
            // In pairs around text, the first token being one.
            #expect(times.count % 2 == 0 && (times.isEmpty || previous[0] >= timestamp))
        }
    }

    @Test("Silence, text before and times are as often there as asked for")
    func shares() throws {
        let sounds = try sounds(try data(SpeechJoining(), .standard), 800)
        // Within five deviations of each share of 800.
        #expect(abs(sounds.count { $0.transcript.segments.isEmpty } - 40) < 31)
        #expect(abs(sounds.count { !$0.transcript.previous.isEmpty } - 304) < 70)
        #expect(abs(sounds.count { $0.transcript.hasTimes } - 380) < 71)
        #expect(sounds.allSatisfy { sound in sound.samples.allSatisfy { abs($0) <= 1.000_01 } })
        let silent = sounds.filter { $0.transcript.segments.isEmpty }
        let zeros = silent.count { sound in sound.samples.allSatisfy { $0 == 0 } }
        #expect(zeros > 0 && zeros < silent.count)
    }

    @Test("Strings of many words end before the decoder's context does")
    func context() throws {
        let wordy = (0..<3).map {
            samples.recording("\($0)", String(repeating: "the ", count: 20 + 15 * $0), seconds: 0.2)
        }
        // 60 tokens and four of the start sequence are all that the decoder reads; with times there are five.
        let longest = samples.recording("longest", String(repeating: "the ", count: 60), seconds: 0.2)
        let data = try TranscribedClips(
            reading: wordy + [longest], folder: samples.folder, joining: SpeechJoining(), seed: 1)
        #expect(data.unreadable.isEmpty)
        for epoch in 0..<50 {
            let batch = try data.batch([0, 1, 2, 3], epoch: epoch)
            #expect(batch.tokenCount <= 64)
        }
    }

    @Test("Recordings that cannot be joined stand alone")
    func alone() throws {
        let long = samples.recording(
            "long", "", seconds: 3,
            segments: [
                .init(start: 0, end: 1, text: "the"), .init(start: 1, end: 2.5, text: "river"),
            ])
        let empty = samples.recording("empty", "", seconds: 0.7)
        let data = try TranscribedClips(
            reading: [long, empty], folder: samples.folder, joining: Self.plain, seed: 1)
        #expect(data.unreadable.isEmpty)
        for epoch in 0..<10 {
            #expect(try data.sound(0, epoch: epoch).transcript.segments.first?.end == 1)
            let silent = try data.sound(1, epoch: epoch)
            #expect(silent.transcript.segments.isEmpty && silent.samples.count == 11_200)
        }
    }
}
