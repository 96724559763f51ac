import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Programs in ffmpeg's place that do not end, or say too much.
@Suite struct FFmpegProcessTests {
    private static let noise = Sounds.noise(count: 5000)
    private static let writing = FakeRecording.write(FakeRecording.au(noise)) + "; "

    /// Whether there is a process of this number; also where it has ended and nobody has waited for it.
    private static func exists(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

    /// The number that a script wrote of itself.
    private static func process(_ path: String) throws -> pid_t {
        try #require(pid_t(text(path).split(separator: "\n").last ?? ""))
    }

    @Test("Whatever it says on standard error, it is not held up", arguments: [false, true])
    func flood(isBehindSamples: Bool) throws {
        let flood = "yes complaint | head -c 1000000 >&2; "
        let script = isBehindSamples ? Self.writing + flood : flood + Self.writing
        let samples = try FakeRecording(script + "echo last >&2").open().samples(at: 16_000)
        #expect(try largestDifference(samples.read(upTo: 10_000), Self.noise) == 0)
        #expect(samples.warnings == ["damaged: ffmpeg says: last"])
    }

    @Test("Silence is waited for no longer than it should be", arguments: ["exec sleep 1000", "yes >&2"])
    func hang(command: String) throws {
        let folder = TemporaryFolder()
        let script = "echo $$ > '\(folder.file("process"))'; \(command)"
        let start = ContinuousClock.now
        let error = try #require(throws: FileError.self) {
            try FakeRecording(script).open(patience: .seconds(2))
        }
        #expect(error.kind == .inputOutput && error.cause.hasSuffix("programs/ffmpeg gave nothing for 2.0 seconds"))
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(try !Self.exists(Self.process(folder.file("process"))))
    }

    @Test("A program that has written all, and does not end, is ended")
    func unending() throws {
        let file = try FakeRecording(Self.writing + "exec sleep 1000 >&-").open(patience: .seconds(2))
        let samples = try file.samples(at: 16_000)
        #expect(try samples.read(upTo: 10_000).count == 5000)
        #expect(samples.warnings == ["truncated: ffmpeg gave up behind 5000 samples"])
    }

    @Test("Its end is seen though a heir of it keeps the pipe")
    func heir() throws {
        let file = try FakeRecording(Self.writing + "sleep 60 &").open()
        let start = ContinuousClock.now
        #expect(try samples(file, at: 16_000).count == 5000 && ContinuousClock.now - start < .seconds(30))
    }

    @Test("It ends when nobody reads any more, and nothing of it stays")
    func release() throws {
        let folder = TemporaryFolder()
        let script = "echo $$ > '\(folder.file("process"))'; \(Self.writing)exec sleep 1000"
        let file = try FakeRecording(script).open()
        #expect(try !Self.exists(Self.process(folder.file("process"))))
        var samples: AudioSamples? = try file.samples(at: 16_000)
        #expect(try samples?.read(upTo: 10).count == 10)
        #expect(try Self.exists(Self.process(folder.file("process"))))
        samples = nil
        #expect(try !Self.exists(Self.process(folder.file("process"))))
    }

    @Test("It ends when the task is cancelled")
    func cancellation() async throws {
        let folder = TemporaryFolder()
        let script = "echo $$ > '\(folder.file("process"))'; \(Self.writing)exec sleep 1000"
        let file = try FakeRecording(script).open()
        let task = Task.detached { try file.samples(at: 16_000).read(upTo: 10_000) }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        let error = try await #require(throws: FileError.self) { _ = try await task.value }
        #expect(error.cause == "was not read to its end: the task was cancelled")
        #expect(try !Self.exists(Self.process(folder.file("process"))))
    }

    #if os(Linux)
    @Test("It inherits the file, and nothing else that is open")
    func inheritance() throws {
        let open = fcntl(STDERR_FILENO, F_DUPFD, 57)
        defer { close(open) }
        let script = "echo $(ls /proc/$$/fd) >&2; exit 1"
        let error = try #require(throws: FileError.self) { try FakeRecording(script).open() }
        let numbers = try #require(error.cause.split(separator: ":").last).split(separator: " ").compactMap {
            Int32($0)
        }
        #expect(Set(0...3).isSubset(of: numbers) && !numbers.contains(open), "\(error)")
    }
    #endif
}
