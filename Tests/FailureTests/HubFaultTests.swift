import TesseraFiles
import TestSupport
import Testing

/// Whatever fails while a repository is brought into the hub's cache: an error names the file, a snapshot that is seen is whole, and the
/// next try ends well.
@Suite struct HubFaultTests {
    private let commit = String(repeating: "a", count: 40)

    private func fetch(_ folder: TemporaryFolder) throws {
        let repository = HubRepository("owner/name", cache: folder.file("hub"))
        try repository.requireSpace(5)
        if try !repository.holds(blob: "aaa", byteCount: 5) {
            guard let partial = try repository.begin(blob: "aaa", byteCount: 5) else { return }
            if try partial.byteCount != 0 { try partial.clear() }
            try partial.append(Array("whole".utf8))
            try partial.finish()
        }
        try repository.complete(commit, files: [(path: "a.txt", blob: "aaa")], revision: "main")
    }

    @Test(.ownProcess) func nothingTornIsSeen() throws {
        for pattern in FaultPattern.allCases { try expectWholeOrNothing(pattern) }
    }

    private func expectWholeOrNothing(_ pattern: FaultPattern) throws {
        var folder = TemporaryFolder()
        let count = try letEachCallFail(
            pattern, prepare: { folder = TemporaryFolder() }, { try fetch(folder) },
            check: { run in
                let reference = text(folder.file("hub/models--owner--name/refs/main"))
                let seen = text(folder.file("hub/models--owner--name/snapshots/\(commit)/a.txt"))
                #expect(run.error == nil || run.fileError?.path.hasPrefix(folder.path) == true, "\(run)")
                #expect(reference.isEmpty || reference == commit && seen == "whole", "\(run)")
                #expect(seen.isEmpty || seen == "whole", "\(run)")
                #expect(run.error != nil || seen == "whole", "\(run)")
                try fetch(folder)
                #expect(text(folder.file("hub/models--owner--name/snapshots/\(commit)/a.txt")) == "whole", "\(run)")
            })
        #expect(count >= 20)
    }
}
