import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct InputFileTests {
    private let folder = TemporaryFolder()

    private func expectUnreadable(_ path: String, _ cause: String) {
        let (error, time) = timed { #expect(throws: FileError.self) { _ = try InputFile(path) } }
        #expect(time < .milliseconds(100))
        #expect(error?.kind == .unreadable)
        #expect(error?.path == path)
        #expect(error?.cause.contains(cause) == true, "\(error?.description ?? "")")
    }

    @Test func readsWholeAndInPart() throws {
        let file = try InputFile(folder.write("a", "0123456789"))
        #expect(file.byteCount == 10)
        #expect(try file.contents(limit: 10) == Array("0123456789".utf8))
        #expect(try file.bytes(at: 3, count: 4) == Array("3456".utf8))
        #expect(try InputFile(folder.write("empty", "")).contents(limit: 0).isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func refusesWhatIsNoFile() {
        mkfifo(folder.file("pipe"), 0o644)
        expectUnreadable(folder.file("pipe"), "pipe")
        expectUnreadable(makeSocket("socket"), "socket")
        expectUnreadable(folder.createFolder("folder"), "folder")
        expectUnreadable("/dev/zero", "device")
        expectUnreadable(folder.link("dangling", to: "nowhere"), "link to a file that does not exist")
        expectUnreadable(folder.link("circle", to: "circle"), "leads back to itself")
        expectUnreadable(folder.file("absent"), "does not exist")
        expectUnreadable(folder.write("file", "") + "/inside", "does not exist")
        expectUnreadable("", "not the name of a file")
        expectUnreadable(folder.file("a\0b"), "not the name of a file")
        expectUnreadable(folder.file(String(repeating: "x", count: 5000)), "too long a name")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func refusesWhatMayNotBeRead() {
        let path = folder.write("secret", "x")
        chmod(path, 0)
        expectUnreadable(path, "permission denied")
    }

    @Test func refusesMoreThanTheLimit() throws {
        let file = try InputFile(folder.write("a", "0123456789"))
        let error = #expect(throws: FileError.self) { _ = try file.contents(limit: 9) }
        #expect(error?.kind == .badData)
    }

    @Test func aFileThatShrinksIsAnError() throws {
        let path = folder.write("a", "0123456789")
        let file = try InputFile(path)
        truncate(path, 5)
        let error = #expect(throws: FileError.self) { _ = try file.contents(limit: 10) }
        #expect(error?.kind == .inputOutput)
    }

    @Test func streamsAreReadToTheirEndUnderALimit() throws {
        let bytes = [UInt8](repeating: 7, count: 100_000)
        let descriptor = open(folder.write("a", bytes), O_RDONLY)
        defer { close(descriptor) }
        #expect(try InputFile.contents(descriptor: descriptor, path: "standard input", limit: 100_000) == bytes)
        lseek(descriptor, 0, SEEK_SET)
        let error = #expect(throws: FileError.self) {
            _ = try InputFile.contents(descriptor: descriptor, path: "standard input", limit: 99_999)
        }
        #expect(error?.kind == .badData)
        #expect(throws: FileError.self) { _ = try InputFile.contents(descriptor: -1, path: "-", limit: 1) }
    }

    @Test("Standard input can be read at any place, whatever it is", arguments: [true, false])
    func standardInputAsAFile(isPipe: Bool) throws {
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var descriptor = open(folder.write("a", bytes), O_RDONLY)
        if isPipe {
            close(descriptor)
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            // A pipe holds so much.
            #expect(write(ends[1], bytes, bytes.count) == bytes.count)
            close(ends[1])
            descriptor = ends[0]
        }
        let file = try InputFile.copy(of: descriptor, shownAs: "standard input")
        close(descriptor)
        #expect(file.byteCount == bytes.count && file.path == "standard input")
        for _ in 0..<2 { #expect(try file.bytes(at: 30_000, count: 100) == Array(bytes[30_000..<30_100])) }
        let error = #expect(throws: FileError.self) { _ = try InputFile.copy(of: -1, shownAs: "standard input") }
        #expect(error?.kind == .unreadable)
    }

    @Test func descriptionsAreOneLine() {
        let error = FileError(.badData, path: "a\nb\u{1B}[2J", cause: "c", place: "\u{2028}é")
        #expect(error.description == "a\\u{a}b\\u{1b}[2J: c (\\u{2028}é)")
    }

    private func makeSocket(_ name: String) -> String {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = folder.file(name)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if canImport(Glibc)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        withUnsafePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        return path
    }
}
