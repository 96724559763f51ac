import TesseraFiles
import TestSupport
import Testing

/// Folders of pictures, with what stands in them beside.
@Suite struct FolderTests {
    private let folder = TemporaryFolder()

    /// Copies of a sample under several names.
    private func fill(_ names: String...) throws {
        let bytes = try InputFile(sample("dog.jpg")).contents(limit: 1 << 24)
        for name in names { folder.write(name, bytes) }
    }

    private func names(_ outcome: Outcome) -> [String] {
        outcome.output.split(separator: "\n").dropFirst().map {
            String($0.split(separator: ",")[0].dropFirst(folder.path.count + 1))
        }
    }

    @Test func allEndingsOfPicturesCount() throws {
        try fill("1.jfif", "2.JPE", "3.mpo", "4.apng", "5.jpg")
        for name in ["a.gif", "b.avif", "c.txt"] { folder.write(name, "x") }
        folder.write("more/6.jpg", "x")
        let options = [folder.path, "--top-k", "1", "--format", "csv"]
        let outcome = try classifyImage(options)
        #expect(outcome.code == 0 && names(outcome) == ["1.jfif", "2.JPE", "3.mpo", "4.apng", "5.jpg"])
        #expect(outcome.errors == "\(folder.path): 3 files of other kinds and 1 folder are left out\n")
        let quiet = try classifyImage(options + ["--quiet"])
        #expect(quiet.output == outcome.output && quiet.errors.isEmpty)
    }

    @Test func foldersInsideAreGoneIntoInAStableOrder() throws {
        try fill("b.jpg", "a/2.jpg", "a/1/x.jfif", "c/y.jpg")
        let outcome = try classifyImage([folder.path, "--recursive", "--top-k", "1", "--format", "csv"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(names(outcome) == ["a/1/x.jfif", "a/2.jpg", "b.jpg", "c/y.jpg"])
    }

    #if canImport(Glibc)
    /// In Latin-1, as old archives unpack.
    @Test(arguments: [
        ("png", 1, "caf\\xe9.png: its name is not UTF-8"), ("txt", 0, "1 file of another kind is left out"),
    ])
    func nameThatIsNoText(ending: String, code: Int32, says: String) throws {
        try fill("a.jpg")
        let script = #"f="$1/$(printf 'caf\351').\#(ending)"; : > "$f"; "$0" "$@"; code=$?; rm "$f"; exit $code"#
        let outcome = try classifyImage([folder.path, "--top-k", "1", "--format", "csv"], script: script)
        #expect(outcome.code == code && names(outcome) == ["a.jpg"], "\(outcome)")
        #expect(outcome.errors.contains(says) && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    }
    #endif

    @Test(arguments: ["vit", "dinov2", "deit-distilled"])
    func settingsThatAreAbsentAreThoseOfPublishedModels(fixture: String) throws {
        for name in ["config.json", "model.safetensors"] {
            folder.write(name, try InputFile(Fixtures.path("\(fixture)/\(name)")).contents(limit: 1 << 26))
        }
        let outcome = try classifyImage([sample("dog.jpg"), "--model", folder.path])
        #expect(outcome.code == 0 && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        #expect(outcome.errors.hasPrefix("\(folder.path): has no preprocessor_config.json: the values of published"))
        let isShort = fixture == "dinov2"
        #expect(outcome.errors.contains("the shorter side resized to 256, bicubic, the middle 224 x 224") == isShort)
        #expect(outcome.errors.contains("mean 0.485 0.456 0.406") == (fixture != "vit"))
    }
}
