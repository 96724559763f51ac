import ArgumentParser
import TesseraCommands
import TesseraFiles
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder of its own for each test, removed afterwards.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/tessera-commands-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func add(_ name: String) -> String {
        close(open(path + "/" + name, O_CREAT | O_WRONLY, 0o600))
        return path + "/" + name
    }

    func addFolder(_ name: String) {
        mkdir(path + "/" + name, 0o700)
    }

    deinit {
        system("rm -rf '\(path)'")
    }
}

@Suite struct InputFilesTests {
    private func expand(_ arguments: [String]) throws -> InputFiles {
        try InputFiles(arguments, extensions: ["png", "jpg", "jpeg"], kind: "pictures")
    }

    @Test func filesKeepTheirOrderAndMayRepeat() throws {
        let inputs = try expand(["b.png", "-", "absent.gif", "b.png"])
        #expect(inputs.paths == ["b.png", "-", "absent.gif", "b.png"])
        #expect(inputs.failures.isEmpty && inputs.count == 4)
    }

    @Test(arguments: ["", "/"])
    func folderStandsForItsPictures(ending: String) throws {
        let folder = try Folder()
        let expected = ["10.png", "2.JPG", "B.jpeg", "a.png", "é.png"].map(folder.add)
        for other in ["notes.txt", ".hidden.png", "png", "a.png.bak"] { _ = folder.add(other) }
        folder.addFolder("folder.png")
        let inputs = try expand(["first.png", folder.path + ending])
        #expect(inputs.paths == ["first.png"] + expected)
        #expect(inputs.names == ["first.png", "10.png", "2.JPG", "B.jpeg", "a.png", "é.png"])
        #expect(inputs.warnings == [folder.path + ending + ": 3 files of other kinds and 1 folder are left out"])
    }

    @Test func foldersInsideAreGoneInto() throws {
        let folder = try Folder()
        folder.addFolder("sub")
        let paths = ["a.png", "sub/1.png"].map(folder.add)
        let inputs = try InputFiles([folder.path], extensions: ["png"], kind: "pictures", isRecursive: true)
        #expect(inputs.paths == paths && inputs.names == ["a.png", "sub/1.png"] && inputs.warnings.isEmpty)
        _ = folder.add("sub/b.txt")
        let none = try InputFiles([folder.path + "/sub"], extensions: ["gif"], kind: "pictures")
        #expect(none.failures.map(\.cause) == ["the folder holds no pictures, but 2 files of other kinds"])
    }

    @Test func folderWithoutPicturesFails() throws {
        let folder = try Folder()
        let inputs = try expand([folder.path, "a.png"])
        #expect(inputs.failures.map(\.description) == ["\(folder.path): the folder holds no pictures"])
        #expect(inputs.failures.map(\.kind) == [.unreadable])
        #expect(inputs.paths == ["a.png"] && inputs.count == 2)
    }

    @Test(arguments: [["-", "-"], [""]])
    func usageErrors(arguments: [String]) {
        #expect(throws: ValidationError.self) { try expand(arguments) }
    }
}

@Suite struct OutputFilesTests {
    @Test func outputMustNotBeAnInput() throws {
        let folder = try Folder()
        let input = folder.add("a.png")
        symlink(input, folder.path + "/link.png")
        for output in [input, folder.path + "/./a.png", folder.path + "/link.png"] {
            #expect(throws: ValidationError.self) { try requireDistinct(outputs: [output], inputs: ["-", input]) }
        }
        try requireDistinct(outputs: [folder.path + "/b.png"], inputs: [input, folder.path + "/absent.png"])
    }

    @Test func outputsMustDiffer() throws {
        let folder = try Folder()
        let output = folder.path + "/new.png"
        #expect(throws: ValidationError.self) {
            try requireDistinct(outputs: [output, folder.path + "/./new.png"], inputs: [])
        }
        try requireDistinct(outputs: [output, folder.path + "/other.png", "/absent/new.png"], inputs: [])
    }
}
