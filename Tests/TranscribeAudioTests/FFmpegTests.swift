import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

#if os(Linux)
/// The command, and a program in ffmpeg's place that does what a file says behind its first 12 bytes.
@Suite struct FFmpegTests {
    private static let choice = "TESSERA_FFMPEG=" + Fixtures.ownPath("programs/ffmpeg")
    private let folder = TemporaryFolder()

    private func write(_ script: String) -> String {
        folder.write("call.m4a", [0, 0, 0, 32] + Array("ftypM4A \(script)\n".utf8))
    }

    @Test("Without ffmpeg, the message says how to convert a file, also of a folder", arguments: [false, true])
    func without(isFolder: Bool) throws {
        let path = write("")
        let outcome = try transcribeAudio([isFolder ? folder.path : path], environment: ["TESSERA_FFMPEG=none"])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        let message = "\(path): is M4A (AAC) audio, which is not read; convert it: ffmpeg -i \(path) "
        #expect(outcome.errors.contains(message), "\(outcome)")
    }

    @Test("What ffmpeg says is told in one line")
    func refusal() throws {
        let path = write("echo first >&2; echo last >&2; exit 1")
        let outcome = try transcribeAudio([path], environment: [Self.choice])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.hasSuffix("\(path): is M4A (AAC) audio that ffmpeg does not decode: last\n"))
    }

    @Test("A command that is killed leaves no program behind that writes on")
    func killed() throws {
        let header = #".snd\0\0\0\030\377\377\377\377\0\0\0\006\0\0\076\200\0\0\0\001"#
        let process = folder.file("process")
        let path = write("echo $$ >> '\(process)'; printf '\(header)'; exec cat /dev/zero")
        let command = try RunningCommand("transcribe-audio", [path], environment: [Self.choice])
        try command.wait { text(process).hasSuffix("\n") }
        command.send(signal: SIGKILL)
        #expect(try command.outcome().signal == SIGKILL)
        let number = try #require(text(process).split(separator: "\n").last)
        let limit = ContinuousClock.now + .seconds(60)
        while Self.runs(number), ContinuousClock.now < limit { usleep(1000) }
        #expect(!Self.runs(number))
    }

    /// Whether the process has not ended; one that nobody has waited for has.
    private static func runs(_ process: Substring) -> Bool {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return false }
        return !String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).contains(") Z ")
    }
}
#endif
