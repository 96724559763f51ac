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
    private static let pictures =
        ["jpeg", "webp"].flatMap { folder in folderContents(Fixtures.ownPath(folder)).map { "\(folder)/\($0)" } }
        .filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".webp") }
        + ["ok_palette4", "ok_rgba8_semi", "ok_gray16", "ok_apng_2frames"].map { "hostile/png/\($0).png" }

    /// What a header says is the size of the pixels before they are turned.
    @Test(arguments: pictures)
    func sizesAreThoseOfThePixels(picture: String) throws {
        let bytes = try InputFile(Fixtures.ownPath(picture)).contents(limit: 1 << 20)
        let image = try RGBImage.decode(bytes, path: picture).image
        let size = try RGBImage.size(of: bytes, path: picture)
        #expect([size.width, size.height].sorted() == [image.width, image.height].sorted())
    }

    /// It is known of pictures whose pixels cannot be read.
    @Test(arguments: [
        "hostile/png/ok_rgba8_semi.png", "jpeg/progressive420.jpg", "webp/lossless.webp",
        "webp/lossy.webp",
    ])
    func sizesAreKnownBeforeThePixels(picture: String) throws {
        var bytes = try InputFile(Fixtures.ownPath(picture)).contents(limit: 1 << 20)
        let size = try RGBImage.size(of: bytes, path: picture)
        for index in bytes.count / 2..<bytes.count { bytes[index] = 0xFF }
        #expect(try RGBImage.size(of: bytes, path: picture) == size)
        #expect(throws: FileError.self) { try RGBImage.decode(bytes, path: picture) }
    }

    @Test(arguments: [[], Array("GIF89a".utf8), Array("text".utf8), [0xFF, 0xD8, 0xFF], [0x89, 0x50]] as [[UInt8]])
    func whatHasNoSizeIsRefused(bytes: [UInt8]) {
        let error = #expect(throws: FileError.self) { try RGBImage.size(of: bytes, path: "a.png") }
        #expect(error?.path == "a.png")
    }

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
