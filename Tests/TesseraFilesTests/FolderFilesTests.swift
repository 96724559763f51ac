import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct FolderFilesTests {
    private let folder = TemporaryFolder()

    private func find(isRecursive: Bool = false) throws -> FolderFiles {
        try FolderFiles(folder.path, extensions: ["png", "jfif"], isRecursive: isRecursive)
    }

    /// A file whose name is these bytes, for as long as `body` takes.
    private func withFile(_ name: [UInt8], _ body: () throws -> Void) rethrows {
        let path = (Array(folder.file("").utf8) + name + [0]).map { CChar(bitPattern: $0) }
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        defer { unlink(path) }
        try body()
    }

    @Test("Files of the kinds are found in the order of their bytes, and what is beside them is counted")
    func kinds() throws {
        for name in ["b.PNG", "a.jfif", "é.png", "B.png", "notes.txt", "png", ".hidden.png", "x.png.bak"] {
            folder.write(name, "")
        }
        folder.createFolder("folder.png")
        folder.write("more/c.png", "")
        let files = try find()
        #expect(files.paths == ["B.png", "a.jfif", "b.PNG", "é.png"].map(folder.file))
        #expect(files.otherFileCount == 3 && files.otherFolderCount == 2 && files.failures.isEmpty)
        #expect(files.warning == "3 files of other kinds and 2 folders are left out")
    }

    @Test("Folders inside are gone into where that is asked for, where their names stand")
    func recursion() throws {
        for name in ["b.png", "a/2.png", "a/1/x.png", "a.png", "c/1.txt", ".git/1.png"] { folder.write(name, "") }
        let files = try find(isRecursive: true)
        #expect(files.paths == ["a/1/x.png", "a/2.png", "a.png", "b.png"].map(folder.file))
        #expect(files.warning == "1 file of another kind is left out" && files.otherFolderCount == 0)
        #expect(try find().warning == "2 folders are left out")
        #expect(try FolderFiles(folder.file("a/1"), extensions: ["png"], isRecursive: true).warning == nil)
    }

    @Test("A link that leads back is named, and the rest is found")
    func loops() throws {
        folder.write("a/1.png", "")
        folder.link("a/back", to: "..")
        folder.link("here", to: "a")
        let files = try find(isRecursive: true)
        #expect(files.paths == ["a/1.png", "here/1.png"].map(folder.file))
        #expect(files.failures.map(\.path) == ["a/back", "here/back"].map(folder.file))
        #expect(files.failures[0].cause.contains("a link leads back"))
    }

    @Test(
        "A file whose name is no UTF-8 is named byte by byte where it is of the kinds, and else counted",
        arguments: [
            ([0x63, 0x61, 0x66, 0xE9], ".png", "caf\\xe9.png"), ([0xFF], ".JFIF", "\\xff.JFIF"),
            ([0xC3, 0xA9, 0xC3], ".png", "é\\xc3.png"), ([0xE9], ".txt", nil), ([0x2E, 0xE9], ".png", nil),
        ] as [([UInt8], String, String?)])
    func names(bytes: [UInt8], ending: String, shown: String?) throws {
        #if canImport(Glibc)
        folder.write("a.png", "")
        try withFile(bytes + Array(ending.utf8)) {
            let files = try find()
            #expect(files.paths == [folder.file("a.png")])
            #expect(files.failures.map(\.path) == (shown.map { [folder.file($0)] } ?? []))
            #expect(
                files.failures.allSatisfy { $0.kind == .unreadable && $0.cause == "its name is not UTF-8: rename it" })
            #expect(files.otherFileCount == (shown == nil && bytes[0] != 0x2E ? 1 : 0))
        }
        #endif
    }
}
