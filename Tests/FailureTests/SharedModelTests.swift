import TesseraAudio
import TesseraFiles
import TesseraForecasting
import TesseraImage
import TesseraModels
import TesseraSeries
import TesseraSpeech
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One model that many tasks use at once.
@Suite struct SharedModelTests {
    private static let samples = sample("..")

    private static func recording(_ name: String) throws -> AudioFile { try AudioFile(samples + "/recordings/" + name) }

    private static func transcriber() throws -> Transcriber {
        try Transcriber(folder: try #require(ShippedModels.folder(of: .speechDigits)))
    }

    /// 64 tasks, each with a thread of its own, have the answers that one after the other has, bit for bit.
    private func expectSameAnswers<Answer: Equatable & Sendable>(
        _ count: Int, _ answer: @escaping @Sendable (Int) throws -> Answer
    ) async throws {
        let alone = try (0..<count).map(answer)
        let together = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for task in 0..<64 {
                group.addTask { (task % count, try await LongComputation.run { try answer(task % count) }) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.count == 64)
        for (index, found) in together { #expect(found == alone[index]) }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Precision.allCases)
    func manyTasksClassify(precision: Precision) async throws {
        let folder = try #require(ShippedModels.folder(of: .vitCIFAR10))
        let classifier = try ImageClassifier(folder: folder, precision: precision)
        let names = ["airplane.png", "bird.png", "cat.png", "deer.png", "dog.jpg", "frog.png", "ship.png"]
        let pictures = try names.map { try RGBImage.read(sample($0)).image }
        try await expectSameAnswers(pictures.count) { try classifier.classify(pictures[$0], topK: 10) }
    }

    @Test(.timeLimit(.minutes(2))) func manyTasksTranscribe() async throws {
        let transcriber = try Self.transcriber()
        let recordings = try ["three-one-four.flac", "two-phrases.flac"].map(Self.recording)
        try await expectSameAnswers(recordings.count) { index in
            try transcriber.transcribe(recordings[index]).segments.map { "\($0)" }
        }
    }

    @Test(.timeLimit(.minutes(2))) func manyTasksForecast() async throws {
        let forecaster = try Forecaster.shipped
        let series = try SeriesFile(Self.samples + "/series/bicycle-rentals.csv").series
        let levels = [0.1, 0.5, 0.9]
        try await expectSameAnswers(3) { index in
            try forecaster.forecast(series[0], horizon: 24 + index, quantileLevels: levels).map { $0.quantiles }
        }
    }

    /// At whichever moment: what is done after it is less than a tenth of a second's work.
    @Test(.ownProcess) func cancelledTranscriptionsEndSoon() async throws {
        let transcriber = try Self.transcriber()
        let once = try Self.recording("two-phrases.flac").samples(at: 16_000).read(upTo: 16_000 * 60)
        let folder = TemporaryFolder()
        let long = (0..<60).flatMap { _ in once }
        let recording = try AudioFile(folder.write("long.wav", Sounds.wav(long, sampleRate: 16_000)))
        for milliseconds in [10, 35, 60, 85, 110, 200] {
            let task = Task {
                try await LongComputation.run(with: Threads(count: 1)) { try transcriber.transcribe(recording).text }
            }
            try await Task.sleep(for: .milliseconds(milliseconds))
            let before = processTime()
            task.cancel()
            let result = await task.result
            #expect(processTime() - before < .milliseconds(100), "after \(milliseconds) ms")
            #expect(throws: CancellationError.self) { try result.get() }
        }
    }

    /// What the processor has worked for this process since it began.
    private func processTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
