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

    /// 64 tasks, on threads of their own and on Swift's, have the answers that one after the other has, bit for bit.
    private func expectSameAnswers<Answer: Equatable & Sendable>(
        _ count: Int, _ answer: @escaping @Sendable (Int) throws -> Answer
    ) async throws {
        let alone = try (0..<count).map(answer)
        for isOnOwnThread in [true, false] {
            let together = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
                for task in 0..<64 {
                    group.addTask {
                        let work = { @Sendable in try answer(task % count) }
                        return (task % count, try await isOnOwnThread ? LongComputation.run(work) : work())
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(together.count == 64)
            for (index, found) in together { #expect(found == alone[index]) }
        }
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

    /// At whichever moment a task is cancelled, less than a tenth of a second's work is done after it.
    private func expectSoonEnd(
        after milliseconds: [Int], _ work: @escaping @Sendable () throws -> Void
    ) async throws {
        for milliseconds in milliseconds {
            let task = Task { try await LongComputation.run(with: Threads(count: 1), work) }
            try await Task.sleep(for: .milliseconds(milliseconds))
            let before = processTime()
            task.cancel()
            let result = await task.result
            #expect(processTime() - before < .milliseconds(100), "after \(milliseconds) ms")
            #expect(throws: CancellationError.self) { try result.get() }
        }
    }

    @Test(.ownProcess) func cancelledTranscriptionsEndSoon() async throws {
        let transcriber = try Self.transcriber()
        let once = try Self.recording("two-phrases.flac").samples(at: 16_000).read(upTo: 16_000 * 60)
        let folder = TemporaryFolder()
        let long = (0..<60).flatMap { _ in once }
        let recording = try AudioFile(folder.write("long.wav", Sounds.wav(long, sampleRate: 16_000)))
        try await expectSoonEnd(after: [10, 35, 60, 85, 110, 200]) { _ = try transcriber.transcribe(recording) }
    }

    @Test(.ownProcess) func cancelledClassificationsEndSoon() async throws {
        let folder = try #require(ShippedModels.folder(of: .vitCIFAR10))
        let classifier = try ImageClassifier(folder: folder)
        let pictures = [RGBImage](repeating: try RGBImage.read(sample("cat.png")).image, count: 2_000)
        try await expectSoonEnd(after: [10, 35, 60, 85, 110, 200]) { _ = try classifier.classify(pictures) }
        try await expectSoonEnd(after: [50]) { _ = try classifier.features(pictures) }
        let paths = [String](repeating: sample("cat.png"), count: 96)
        try await expectSoonEnd(after: [120]) { _ = try classifier.classify(files: paths) }
    }

    @Test(.ownProcess) func cancelledForecastsEndSoon() async throws {
        let series = try SeriesFile(Self.samples + "/series/bicycle-rentals.csv").series[0].histories[0]
        let many = [History](repeating: series, count: 3_000)
        for forecaster in [try Forecaster.shipped, try Forecaster(folder: Fixtures.ownPath("chronos-t5"))] {
            try await expectSoonEnd(after: [50, 85, 200]) {
                _ = try forecaster.forecast(many, horizon: 24, quantileLevels: [0.5])
            }
        }
    }

    /// What the processor has worked for this process since it began.
    private func processTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
