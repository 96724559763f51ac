import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The hub's cache as it is written: what is half done is never seen.
@Suite struct HubRepositoryTests {
    private let folder = TemporaryFolder()
    private let commit = "3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3"

    private var repository: HubRepository { HubRepository("google/vit", cache: folder.file("hub")) }

    private func file(_ name: String) -> String { "hub/models--google--vit/" + name }

    private func add(blob: String, _ text: String) throws {
        let partial = try #require(try repository.begin(blob: blob, byteCount: text.utf8.count))
        try partial.append(Array(text.utf8))
        try partial.finish()
    }

    @Test func whatIsWrittenIsFound() throws {
        try add(blob: "aaa", #"{"model_type": "vit"}"#)
        try add(blob: "bbb", "b")
        let files = [(path: "config.json", blob: "aaa"), (path: "folder/b.txt", blob: "bbb")]
        try repository.complete(commit, files: files, revision: "main")
        let model = try ModelFolder.resolve("google/vit", shippedModels: nil, cache: HubCache(path: folder.file("hub")))
        #expect(model.path == repository.snapshot(commit))
        #expect(try model.read("config.json").string("model_type") == "vit")
        #expect(text(model.path + "/folder/b.txt") == "b")
        #expect(text(folder.file(file("refs/main"))) == commit)
        #expect(folderContents(folder.file(file("blobs"))) == ["aaa", "bbb"])
    }

    @Test func goesOnWhereItEnded() throws {
        folder.write(file("blobs/aaa.incomplete"), "01234")
        #expect(try repository.bytesPresent(ofBlob: "aaa", byteCount: 10) == 5)
        let partial = try #require(try repository.begin(blob: "aaa", byteCount: 10))
        var seen: [UInt8] = []
        try partial.forEachChunk { seen += $0 }
        #expect(seen == Array("01234".utf8))
        try partial.append(Array("56789".utf8))
        #expect(try partial.byteCount == 10)
        #expect(try !repository.holds(blob: "aaa", byteCount: 10))
        try partial.finish()
        #expect(try repository.holds(blob: "aaa", byteCount: 10) && !repository.holds(blob: "aaa", byteCount: 9))
        #expect(text(folder.file(file("blobs/aaa"))) == "0123456789")
    }

    @Test func oneAtATime() throws {
        var first = try repository.begin(blob: "aaa", byteCount: 10)
        #expect(first != nil)
        #expect(try repository.begin(blob: "aaa", byteCount: 10) == nil)
        #expect(try repository.begin(blob: "bbb", byteCount: 10) != nil)
        first = nil
        #expect(try repository.begin(blob: "aaa", byteCount: 10) != nil)
    }

    @Test func linksToOtherThingsAreReplaced() throws {
        try add(blob: "aaa", "new")
        folder.link(file("snapshots/\(commit)/a.txt"), to: "/etc/passwd")
        folder.write(file("snapshots/\(commit)/b.txt"), "old")
        let files = [(path: "a.txt", blob: "aaa"), (path: "b.txt", blob: "aaa")]
        try repository.complete(commit, files: files, revision: commit)
        for file in files { #expect(text(repository.snapshot(commit) + "/" + file.path) == "new") }
        #expect(!folderContents(folder.file(file(""))).contains("refs"))
    }

    @Test(arguments: ["../x", "/x", "a//b", "", ".", "a/../../x", "a\0b"])
    func nothingOutside(name: String) throws {
        #expect(throws: FileError.self) {
            try repository.complete(commit, files: [(path: name, blob: "aaa")], revision: "main")
        }
        #expect(throws: FileError.self) { try repository.complete(commit, files: [], revision: name) }
    }

    /// A link that somebody laid in wait is not written through.
    @Test func unfinishedLink() throws {
        folder.write("victim", "whole")
        folder.link(file("blobs/aaa.incomplete"), to: folder.file("victim"))
        #expect(throws: FileError.self) { _ = try repository.begin(blob: "aaa", byteCount: 10) }
        #expect(text(folder.file("victim")) == "whole")
    }

    @Test func noRoom() throws {
        try repository.requireSpace(1)
        #expect(throws: FileError.self) { try repository.requireSpace(1 << 60) }
    }
}
