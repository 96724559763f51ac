import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whatever fails while something is written: an error names it, what was there stays, and no half of a file.
@Suite struct WritingFaultTests {
    private typealias Files = [String: [UInt8]]

    /// Lets each call of `write` fail, which turns `old` into something else, file by file.
    private func expectOldOrNew(_ old: Files, _ write: (TemporaryFolder) throws -> Void) throws {
        let complete = old.written()
        try write(complete)
        let new = files(in: complete.path)
        for pattern in FaultPattern.allCases {
            var folder = old.written()
            let count = try letEachCallFail(
                pattern, prepare: { folder = old.written() }, { try write(folder) },
                check: { run in
                    #expect(run.fileError?.path.hasPrefix(folder.path) == true, "\(run)")
                    // Where no call works, the temporary file cannot be removed either.
                    let found = pattern == .one ? files(in: folder.path) : files(in: folder.path).shown
                    for (name, bytes) in found {
                        #expect(bytes == old[name] || bytes == new[name], "\(run): \(name)")
                    }
                    #expect(Set(old.keys).isSubset(of: found.keys), "\(run)")
                    try write(folder)
                    let then = files(in: folder.path)
                    #expect((pattern == .one ? then : then.shown) == new, "\(run)")
                })
            #expect(count >= 6)
        }
    }

    @Test(.ownProcess) func filesAreTheOldOnesOrTheNew() throws {
        try expectOldOrNew(["a": [1, 2, 3], "b": [4]]) { try writeAtomically(to: $0.file("a"), [5, 6]) }
        try expectOldOrNew(["b": [4]]) { try writeAtomically(to: $0.file("a"), [5, 6]) }
        let tensors = (0..<5).map { (name: "\($0)", tensor: Tensor(shape: [7], repeating: Float($0))) }
        try expectOldOrNew(["a": [1]]) { try Safetensors.write(tensors, to: $0.file("a")) }
    }

    /// Somebody has taken every name there is.
    @Test(.ownProcess) func noNameIsFree() {
        let folder = TemporaryFolder()
        let error = #expect(throws: FileError.self) {
            try SystemCall.failing(
                { $0 == .open ? EEXIST : nil }, { try writeAtomically(to: folder.file("a"), [1]) })
        }
        #expect(error?.path == folder.file("a") && error?.cause.contains("no name") == true)
    }

    @Test(.ownProcess) func aLinkStaysALinkWhateverFails() throws {
        var folder = TemporaryFolder()
        func prepare() {
            folder = TemporaryFolder()
            folder.write("real", "old")
            folder.link("link", to: "real")
        }
        let write = { try writeAtomically(to: folder.file("link"), Array("new".utf8)) }
        try letEachCallFail(prepare: prepare, write) { run in
            var status = stat()
            lstat(folder.file("link"), &status)
            #expect(run.fileError != nil && status.st_mode & S_IFMT == S_IFLNK, "\(run)")
            #expect(["old", "new"].contains(text(folder.file("real"))), "\(run)")
            #expect(folder.contents == ["link", "real"], "\(run)")
        }
    }

    /// Only what an old folder leaves may be in the way of nobody, until the next time.
    @Test(.ownProcess) func foldersAreTheOldOnesOrTheNew() throws {
        let (old, new) = (["step/a": [UInt8](arrayLiteral: 1), "step/b": [2]], ["step/a": [UInt8](arrayLiteral: 3)])
        func write(_ folder: TemporaryFolder) throws {
            try writeFolderAtomically(to: folder.file("step")) { hidden throws(FileError) in
                try writeAtomically(to: joinPath(hidden, "a"), [3])
            }
        }
        var folder = old.written()
        func check(_ run: FailedRun) throws {
            let found = files(in: folder.path)
            #expect(found.shown == old || found.shown == new, "\(run)")
            if run.error == nil {
                let removing: [SystemCall] = [.status, .openFolder, .readFolder, .unlink, .removeFolder]
                #expect(removing.contains(run.call) && found.shown == new, "\(run)")
            } else {
                #expect(run.fileError?.path.hasPrefix(folder.path) == true, "\(run)")
            }
            try write(folder)
            #expect(files(in: folder.path) == new && folder.contents == ["step"], "\(run)")
        }
        try letEachCallFail(prepare: { folder = old.written() }, { try write(folder) }, check: check)
    }

    @Test(.ownProcess) func linesOfALogAreWholeWhateverFails() throws {
        let (before, after) = ("one\ntwo\n", "one\nthree\n")
        var folder = TemporaryFolder()
        func prepare() {
            folder = TemporaryFolder()
            folder.write("log", before)
        }
        func write() throws {
            let lines = try LineFile(folder.file("log"))
            try lines.cut(to: 4)
            try lines.append(Array("three".utf8))
            try lines.synchronize()
        }
        try letEachCallFail(prepare: prepare, write) { run in
            // That a lock or what is there cannot be looked at does not keep it from being written.
            #expect(run.fileError?.path == folder.file("log") || text(folder.file("log")) == after, "\(run)")
            #expect([before, "one\n", after].contains(text(folder.file("log"))), "\(run)")
        }
    }

    @Test(.ownProcess) func modelsAreTheOldOnesOrTheNew() throws {
        let vit = try ClassifierFolder(finetuning: Fixtures.ownPath("vit"), labels: ["a", "b"])
        let classifier = try vit.initialModel(seed: 1)
        try expectOldOrNew(files(in: Fixtures.ownPath("vit"))) { try vit.write(classifier, to: $0.path) }
        let bolt = try ForecasterFolder(finetuning: Fixtures.ownPath("chronos-bolt"))
        let forecaster: Trainable<ChronosBolt> = try bolt.initialModel(seed: 1)
        try expectOldOrNew([:]) { try bolt.write(forecaster, to: $0.path) }
    }
}
