import TesseraFiles
import TesseraImage
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ReadingTests {
    @Test("What is not a regular file is refused at once, and not waited for", .timeLimit(.minutes(1)))
    func notRegular() throws {
        var template = "/tmp/tessera-image-XXXXXX".utf8CString
        let place = try #require(
            template.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
            })
        defer {
            for name in ["pipe.png", "link.png", "closed.png"] { unlink("\(place)/\(name)") }
            rmdir(place)
        }
        #expect(mkfifo("\(place)/pipe.png", 0o600) == 0)
        #expect(symlink("\(place)/nothing", "\(place)/link.png") == 0)
        close(open("\(place)/closed.png", O_CREAT | O_WRONLY, 0))
        var paths = [place, "\(place)/absent.png", "\(place)/pipe.png", "\(place)/link.png", "/dev/zero", ""]
        if geteuid() != 0 { paths.append("\(place)/closed.png") }  // root may read everything
        for path in paths {
            let (error, time) = try timed { try #require(throws: FileError.self) { try RGBImage.read(path) } }
            #expect(error.kind == .unreadable && error.path == path)
            #expect(time < .milliseconds(100))
        }
    }
}
