import TesseraFiles
import TestSupport
import Testing

@Suite struct OutputFolderTests {
    private let folder = TemporaryFolder()

    private func contents(_ name: String) throws -> String {
        String(decoding: try InputFile(folder.file(name)).contents(limit: 1 << 20), as: UTF8.self)
    }

    @Test func foldersAreCreatedWithThoseAbove() throws {
        try createFolder(folder.file("a/b/c"))
        try createFolder(folder.file("a/b/c"))
        #expect(isFolder(folder.file("a/b/c")))
        folder.write("file", "")
        let error = #expect(throws: FileError.self) { try createFolder(folder.file("file/d")) }
        #expect(error?.kind == .cannotCreate)
    }

    @Test(arguments: ["", "a\0b"]) func namesOfNoFolder(name: String) {
        let error = #expect(throws: FileError.self) { try createFolder(name) }
        #expect(error?.kind == .cannotCreate && error?.cause == "is not the name of a folder")
    }

    @Test func whatIsAbsentCannotBeRenamed() {
        folder.write("new/a", "a")
        let error = #expect(throws: FileError.self) {
            try renameFolder(folder.file("old"), to: folder.file("new"))
        }
        #expect(error?.kind == .inputOutput && error?.path == folder.file("old"), "\(String(describing: error))")
    }

    @Test func aFolderReplacesTheOldOne() throws {
        folder.write("step/old", "old")
        try writeFolderAtomically(to: folder.file("step")) { hidden throws(FileError) in
            #expect(folder.contents.count == 2 && hidden != folder.file("step"))
            try writeAtomically(to: joinPath(hidden, "new"), Array("new".utf8))
        }
        #expect(folder.contents == ["step"] && folderContents(folder.file("step")) == ["new"])
        #expect(try contents("step/new") == "new")
    }

    @Test func aFailureLeavesTheOldFolderAndIsNamedByItsFinalPath() {
        folder.write("step/old", "old")
        let error = #expect(throws: FileError.self) {
            try writeFolderAtomically(to: folder.file("step")) { hidden throws(FileError) in
                try writeAtomically(to: joinPath(hidden, "a"), [1])
                try writeAtomically(to: joinPath(hidden, "absent/b"), [1])
            }
        }
        #expect(error?.path == folder.file("step/absent/b"))
        #expect(folder.contents == ["step"] && folderContents(folder.file("step")) == ["old"])
    }

    @Test func removingTakesAllThatIsInIt() throws {
        folder.write("step-1/a/b", "")
        folder.write("kept/c", "")
        folder.link("step-1/link", to: "../kept")
        try removeFolder(folder.file("step-1"))
        #expect(folder.contents == ["kept"] && folderContents(folder.file("kept")) == ["c"])
    }

    @Test func leftoversAreHiddenAndOfThatName() {
        folder.write(".step-1.abc/a", "")
        folder.write(".step-2", "")
        folder.write(".other", "")
        folder.write("step-3", "")
        removeLeftovers(of: "step-", in: folder.path)
        #expect(folder.contents == [".other", "step-3"])
    }

    @Test func linesAreAppendedAndCut() throws {
        let lines = try LineFile(folder.file("log"))
        for line in ["one", "two"] { try lines.append(Array(line.utf8)) }
        #expect(try contents("log") == "one\ntwo\n" && lines.byteCount == 8)
        try lines.cut(to: 4)
        try lines.append(Array("three".utf8))
        try lines.cut(to: 100)
        #expect(try contents("log") == "one\nthree\n")
        let error = #expect(throws: FileError.self) { try LineFile(folder.path) }
        #expect(error?.kind == .cannotCreate)
    }

    /// Every single byte that differs is seen, also beyond the last whole word of eight.
    @Test func checksumsTellDamage() throws {
        let bytes = Array("a text of 21 bytes...".utf8)
        folder.write("a", bytes)
        folder.write("empty", "")
        try Checksums.write(folder.path)
        try Checksums.verify(folder.path)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x80
            folder.write("a", damaged)
            let error = #expect(throws: FileError.self) { try Checksums.verify(folder.path) }
            #expect(error?.path == folder.file("a") && error?.kind == .badData)
        }
        folder.write("a", bytes + [0])
        #expect(throws: FileError.self) { try Checksums.verify(folder.path) }
    }
}
