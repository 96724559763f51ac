import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct OutputFileTests {
    private let folder = TemporaryFolder()

    private func contents(_ name: String) throws -> String {
        String(decoding: try InputFile(folder.file(name)).contents(limit: 1 << 20), as: UTF8.self)
    }

    @Test func replacesTheOldContents() throws {
        folder.write("a", "old")
        try writeAtomically(to: folder.file("a")) { file throws(FileError) in
            try file.write(Array("new".utf8))
            try file.write([])
            try file.write(Array("er".utf8))
        }
        #expect(try contents("a") == "newer")
        #expect(folder.contents == ["a"])
    }

    @Test func aNewFileHasAnOrdinaryMode() throws {
        try writeAtomically(to: folder.file("a"), [1])
        folder.write("b", "")
        var (written, ordinary) = (stat(), stat())
        stat(folder.file("a"), &written)
        stat(folder.file("b"), &ordinary)
        #expect(written.st_mode == ordinary.st_mode)
    }

    @Test func aFailureLeavesTheOldContentsAndNothingElse() {
        folder.write("a", "old")
        let failure = FileError(.badData, path: "x", cause: "y")
        #expect(throws: failure) {
            try writeAtomically(to: folder.file("a")) { file throws(FileError) in
                try file.write([1, 2, 3])
                throw failure
            }
        }
        #expect(folder.contents == ["a"])
        #expect((try? contents("a")) == "old")
    }

    @Test func aLinkStaysALink() throws {
        folder.write("real", "old")
        folder.link("link", to: "real")
        try writeAtomically(to: folder.file("link"), Array("new".utf8))
        var status = stat()
        lstat(folder.file("link"), &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
        #expect(try contents("real") == "new")
    }

    @Test(arguments: ["absent/a", "file/a", "folder", "", "a\0b"])
    func refusesAPlaceWhereNoFileCanBe(_ name: String) {
        folder.write("file", "")
        folder.createFolder("folder")
        let path = name.isEmpty ? "" : folder.file(name)
        let error = #expect(throws: FileError.self) { try writeAtomically(to: path, [1]) }
        #expect(error?.kind == .cannotCreate)
        #expect(folder.contents == ["file", "folder"])
    }

    @Test func refusesADevice() {
        let error = #expect(throws: FileError.self) { try writeAtomically(to: "/dev/null", [1]) }
        #expect(error?.kind == .cannotCreate)
    }

    #if os(Linux)
    @Test func aFullDiskIsNamed() {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let file = OutputFile(descriptor: descriptor, path: "out.json")
        var caught: FileError?
        do throws(FileError) { try file.write([1, 2, 3]) } catch { caught = error }
        #expect(caught?.kind == .inputOutput)
        #expect(caught?.description == "out.json: cannot be written: the disk is full")
    }
    #endif
}
