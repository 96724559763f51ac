import ArgumentParser
import TesseraCommands
import TesseraFiles
import Testing

@Suite struct RangeTests {
    @Test func whatLiesInsideOrIsNotGivenPasses() throws {
        try require("--n", 1, in: 1...3)
        try require("--n", 3, in: 1...3)
        try require("--n", Int?.none, in: 1...3)
        try require("--x", 0.5, in: 0...)
    }

    @Test func whatLiesOutsideIsNamed() {
        func refusal(_ check: () throws -> Void) -> String? {
            #expect(throws: ValidationError.self, performing: check)?.message
        }
        #expect(refusal { try require("--n", 0, in: 1...3) } == "--n must be between 1 and 3, but is 0.")
        #expect(refusal { try require("--x", 2.0, in: 0...0.9) } == "--x must be between 0 and 0.9, but is 2.")
        #expect(refusal { try require("--x", Float.nan, in: 0...1) } == "--x must be between 0 and 1, but is nan.")
        #expect(refusal { try require("--n", -1, in: 0...) } == "--n must be at least 0, but is -1.")
    }
}

@Suite struct RunOptionsTests {
    private let options: RunOptions

    init() throws { options = try RunOptions.parse([]) }

    @Test func outputsAreCheckedBeforeWork() throws {
        let folder = try Folder()
        let input = folder.add("a.png")
        #expect(throws: ValidationError.self) { try options.begin(reading: [input], writing: [input]) }
        let error = #expect(throws: FileError.self) {
            try options.begin(reading: [input], writing: [folder.path + "/absent/b.png"])
        }
        #expect(error?.kind == .cannotCreate)
        try options.begin(reading: [input], writing: [folder.path + "/new/b.png"], in: folder.path + "/new")
    }

    @Test func withoutInputsNothingIsDone() throws {
        let folder = try Folder()
        let failure = FileError(.unreadable, path: "pictures", cause: "the folder holds no pictures")
        let error = #expect(throws: ExitCode.self) {
            try options.begin(reading: [], failures: [failure], writing: [], in: folder.path + "/new")
        }
        #expect(error == .missingInput && folderContents(folder.path).isEmpty)
        try options.begin(reading: ["a.png"], failures: [failure])
    }
}
