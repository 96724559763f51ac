internal import TesseraFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads a small file cut at every byte, and thousands of damaged copies, the same in every run. Each must be read, or refused
/// with a `FileError` of one line, within 2 seconds of the processor's time and 256 MB.
///
/// `DamageSweep.inOwnProcess` starts it: the limit of memory is the whole process's, and what traps must not end other tests.
/// TESSERA_SWEEP_ROUNDS says how often there are as many other copies.
public struct DamageSweep {
    /// Damage that was not borne.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// In a file of text: what stands where something else should.
    public static let words = [
        "null", "true", "-1", "0", "0.5", "1e400", "-0", "9223372036854775807", "9223372036854775808", "1000000000",
        "1e18", "NaN", "Infinity", "\"\"", "\"x\"", "\"\\ud800\"", "\"../../x\"", "[]", "{}", "[[[[[[", "}", "\0",
        "\u{FEFF}", "2020-13-45", "9999-12-31 23:59:59", "0x10", "'", "\"",
    ]

    /// How often there are as many copies as a test asks for.
    public static let rounds = max(1, getenv("TESSERA_SWEEP_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 1)

    private let name: String
    private var refusedCount = 0

    /// Runs `body`, which sweeps, in a process of its own with a limit of memory.
    ///
    /// - Parameter test: the name of the calling test, which no other has.
    public static func inOwnProcess(_ test: String = #function, _ body: () throws -> Void) throws {
        if OwnProcess.folder != nil { return try body() }
        let outcome = try OwnProcess.run(test)
        if outcome.code != 0 { throw Failure(description: "\(test): \(outcome)") }
    }

    /// Sweeps over one file.
    ///
    /// - Parameters:
    ///   - name: what failures call it.
    ///   - bytes: a file that can be read.
    ///   - changes: how many damaged copies there are beside the cuts.
    ///   - isText: whether words are replaced, too.
    public static func run(
        _ name: String, _ bytes: [UInt8], changes: Int = 1500, isText: Bool = false,
        read: ([UInt8]) throws -> Void
    ) throws {
        // Tells where a trap was.
        let line = Array("sweep of \(name), \(bytes.count) bytes\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        try read(bytes)
        try limitMemory()
        var sweep = DamageSweep(name: name)
        for length in bytes.indices { try sweep.check(Array(bytes[..<length]), "cut at \(length)", read) }
        for number in 0..<changes * rounds {
            var random = SplitMix(state: UInt64(number))
            try sweep.check(random.damaged(bytes, words: isText ? words : []), "change \(number)", read)
        }
        guard sweep.refusedCount > 0 else { throw Failure(description: "\(name): no damage is found") }
    }

    private init(name: String) { self.name = name }

    private mutating func check(_ bytes: [UInt8], _ damage: String, _ read: ([UInt8]) throws -> Void) throws {
        // What does not come to an end is ended by a signal.
        alarm(30)
        defer { alarm(0) }
        let (cause, time) = timed { () -> String? in
            do { try read(bytes) } catch let error as FileError {
                refusedCount += 1
                let text = error.description
                return text.utf8.contains { $0 < 0x20 } || text.utf8.count > 5000 ? "no short line: \(text)" : nil
            } catch { return "\(error)" }
            return nil
        }
        if let cause { throw Failure(description: "\(name), \(damage): \(cause)") }
        if time > .seconds(2) { throw Failure(description: "\(name), \(damage): takes \(time)") }
    }

    /// 256 MB more than are in use, for this process.
    private static func limitMemory() throws {
        #if canImport(Glibc)
        // AddressSanitizer keeps what was freed for a while, and a shadow of all memory.
        guard OwnProcess.folder != nil, getenv("ASAN_OPTIONS") == nil else { return }
        let used = try writableMemory()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, rlim_t(used + (256 << 20)))
        guard setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else {
            throw Failure(description: "no limit of memory can be set")
        }
        #endif
    }

    /// What RLIMIT_DATA limits, in bytes.
    private static func writableMemory() throws -> Int {
        let file = open("/proc/self/status", O_RDONLY)
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = pread(file, &bytes, bytes.count, 0)
        close(file)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmData:") }?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count > 1, let kilobytes = Int(words[1]) else {
            throw Failure(description: "the system does not say how much memory is in use")
        }
        return kilobytes << 10
    }
}
