import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

@Suite struct TrainingClipsTests {
    private let samples: TrainingSamples

    init() throws { samples = try TrainingSamples() }

    // MARK: Frames

    @Test("A clip has the frames that a transcription sees of the same recording", arguments: [700, 20_100, 32_000])
    func frames(count: Int) throws {
        let noise = samples.noise("noise", "rain", count: count)
        let data = try TranscribedClips(reading: [noise], folder: samples.folder, fullWindowShare: 1)
        let spectrogram = try #require(try Transcriber(folder: Fixtures.ownPath("whisper")).spectrogram)
        let recording = try RecordingSpectrogram(AudioFile(noise.audio), spectrogram)
        var expected = Tensor(shape: [1, 200, 80], repeating: recording.silence)
        let sound = try recording.features(0..<recording.frameCount)
        expected.replaceTokens(from: 0, with: sound.reshaped([1] + sound.shape))
        let frames = try data.batch([0], epoch: 0).frames
        // Sums of the same numbers in the same order.
        #expect(frames.shape == [1, 200, 80] && relativeError(frames, expected) < 1e-5)
        // The whole window with zeros behind the end, as transformers has it, is the same but for the frame at the end.
        let whole = spectrogram(Sounds.noise(count: count))
        let inner = max(count / 160 - 1, 0)
        #expect(relativeError(frames.reshaped([200, 80]).rows(0..<inner), whole.rows(0..<inner)) < 1e-5)
    }

    @Test("Batches are as long as their longest clip, or as the window, in the share that is asked for")
    func fullWindows() throws {
        let recordings = [samples.noise("a", "a", count: 6_500), samples.noise("b", "b", count: 12_960)]
        func lengths(_ share: Double) throws -> [Int] {
            let data = try TranscribedClips(reading: recordings, folder: samples.folder, fullWindowShare: share)
            return try (0..<200).map { try data.batch([$0 % 2, 1], epoch: $0).frames.shape[1] }
        }
        #expect(try lengths(0).allSatisfy { $0 == 82 } && lengths(1).allSatisfy { $0 == 200 })
        let mixed = try lengths(0.3)
        // 200 draws: 60 within five deviations of 6.5.
        #expect(abs(mixed.count { $0 == 200 } - 60) < 33 && mixed.allSatisfy { $0 == 82 || $0 == 200 })
    }

    // MARK: Batches

    private static func clip(_ frames: Int, _ tokens: Int) -> SpeechClip {
        SpeechClip(
            frames: Tensor(shape: [frames, 3], repeating: Float(frames)), silence: -Float(frames),
            inputs: [Int32](repeating: Int32(frames), count: tokens),
            targets: [-1] + [Int32](repeating: 9, count: tokens - 1))
    }

    @Test("Clips are dealt by length, and padded to the longest's", arguments: [1, 2, 3, 4, 8])
    func padding(parts: Int) {
        let lengths = [5, 9, 2, 7, 1, 4, 11]
        let batch = SpeechBatch(lengths.map { Self.clip($0, $0 + 1) }, endToken: 77, partCount: parts)
        #expect(batch.count == 7 && batch.clips.map { $0.frames.shape[0] }.sorted() == lengths.sorted())
        let targets = lengths.reduce(0, +)
        let workers = min(parts, 7)
        for worker in 0..<workers {
            let part = batch.samples(7 * worker / workers..<7 * (worker + 1) / workers)
            let own = part.clips.map { $0.frames.shape[0] }
            #expect(own == own.sorted() && part.weight == 7 / Float(targets))
            let longest = own.max() ?? 0
            #expect(part.frames.shape == [own.count, max((longest + 1) / 2 * 2, 2), 3])
            #expect(part.tokenCount == longest + 1)
            #expect(part.inputs.count == own.count * part.tokenCount && part.targets.count == part.inputs.count)
            for (row, length) in own.enumerated() {
                let frames = part.frames.values[row * part.frames.shape[1] * 3..<(row + 1) * part.frames.shape[1] * 3]
                #expect(frames.prefix(length * 3).allSatisfy { $0 == Float(length) })
                #expect(frames.dropFirst(length * 3).allSatisfy { $0 == -Float(length) })
                let columns = row * part.tokenCount..<(row + 1) * part.tokenCount
                #expect(part.inputs[columns].prefix(length + 1).allSatisfy { $0 == Int32(length) })
                #expect(part.inputs[columns].dropFirst(length + 1).allSatisfy { $0 == 77 })
                #expect(part.targets[columns].count { $0 >= 0 } == length)
                #expect(
                    part.targets[columns].first == -1
                        && part.targets[columns].dropFirst(length + 1).allSatisfy { $0 == -1 })
            }
        }
    }

    @Test("Each worker has clips of all lengths")
    func dealing() {
        let batch = SpeechBatch((1...40).map { Self.clip($0, 2) }, endToken: 0, partCount: 2)
        let sums = [0..<20, 20..<40].map { batch.samples($0).clips.reduce(0) { $0 + $1.frames.shape[0] } }
        #expect(abs(sums[0] - sums[1]) <= 20)
    }

    // MARK: Order of things

    static let augmentations: [SpeechAugmentation] = [.none, .standard]

    @Test("A clip depends on seed, epoch and sample alone", arguments: augmentations, [nil, SpeechJoining()])
    func deterministic(augmentation: SpeechAugmentation, joining: SpeechJoining?) throws {
        let recordings = (0..<6).map { samples.noise("\($0)", "text \($0)", count: 2_000 + 900 * $0) }
        func clips(_ order: [Int], epoch: Int = 2, seed: UInt64 = 5, memory: Int = 1 << 20) throws -> [SpeechClip] {
            let data = try TranscribedClips(
                reading: recordings, folder: samples.folder, augmentation: augmentation, joining: joining, seed: seed,
                memoryLimit: memory)
            return try order.flatMap { try data.batch([$0], epoch: epoch).clips }
        }
        func differences(_ a: [SpeechClip], _ b: [SpeechClip]) -> Int {
            zip(a, b).count { $0.frames != $1.frames || $0.inputs != $1.inputs || $0.targets != $1.targets }
        }
        let first = try clips(Array(0..<6))
        #expect(differences(first, try clips(Array(0..<6))) == 0)
        // Recordings that are read again for each batch are the same, and so are those asked for in another order.
        #expect(differences(first, try clips([5, 4, 3, 2, 1, 0], memory: 100).reversed()) == 0)
        let varies = augmentation != .none || joining != nil
        #expect((differences(first, try clips(Array(0..<6), epoch: 3)) > 0) == varies)
        #expect((differences(first, try clips(Array(0..<6), seed: 6)) > 0) == varies)
    }

    // MARK: What is left out

    @Test("Recordings that cannot be learned are left out, and it is said why")
    func unreadable() throws {
        let good = samples.recording("good", "the river")
        var absent = good
        absent.audio = samples.files.file("absent.wav")
        var damaged = good
        damaged.audio = samples.files.write("damaged.wav", "RIFFrubbish")
        let segment = TranscribedRecording.Segment(start: 0.1, end: 2.3, text: "the")
        let bad: [(TranscribedRecording, FileError.Kind, String)] = [
            (absent, .unreadable, "does not exist"),
            (damaged, .badData, ""),
            (samples.recording("long", "the", seconds: 2.64), .badData, "is 2.6 s long; the model's window is 2 s"),
            (samples.recording("first", "", seconds: 3, segments: [segment]), .badData, "ends after 2.3 s; the model"),
            (
                samples.recording("behind", "", segments: [.init(start: 1.5, end: 2, text: "the")]), .badData,
                "begins at 1.5 s, behind its end at 1 s"
            ),
            (samples.recording("klingon", "the", language: "tlh"), .badData, "'tlh'"),
            (samples.recording("unsaid", "the", language: nil), .badData, "knows 3"),
            (samples.recording("wordy", String(repeating: "the ", count: 61)), .badData, "65 tokens"),
        ]
        var read = 0
        let data = try TranscribedClips(
            reading: bad.map(\.0) + [good], folder: samples.folder, progress: { read += $0 })
        #expect(data.recordings == [good] && data.sampleCount == 1 && read == 9)
        #expect(data.unreadable.count == bad.count)
        for (error, (recording, kind, cause)) in zip(data.unreadable, bad) {
            #expect(error.path == recording.audio && error.kind == kind && error.cause.contains(cause), "\(error)")
            #expect(error.place?.hasSuffix("line 7 of list") == true)
        }
        #expect(try data.batch([0], epoch: 0).count == 1)
        let unsaid = samples.recording("unsaid", "the", language: nil)
        #expect(try TranscribedClips(reading: [unsaid], folder: samples.folder, language: "fr").sampleCount == 1)
    }

    @Test("Only Whisper is trained")
    func otherFamilies() throws {
        let folder = try SpeechFolder(ModelFolder(Fixtures.ownPath("speech2text")))
        #expect(throws: FileError.self) { try TranscribedClips(reading: [], folder: folder) }
    }

    @Test("The shortest recordings make clips", arguments: [1, 100, 201, 400])
    func short(count: Int) throws {
        for augmentation in Self.augmentations {
            let data = try TranscribedClips(
                reading: [samples.noise("short", "the", count: count)], folder: samples.folder,
                augmentation: augmentation, fullWindowShare: 0)
            for epoch in 0..<20 {
                let frames = try data.batch([0], epoch: epoch).frames
                #expect(frames.shape == [1, 2, 80] && frames.values.allSatisfy(\.isFinite))
            }
        }
    }
}
