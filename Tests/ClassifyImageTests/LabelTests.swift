import TesseraFiles
import TestSupport
import Testing

/// Labels in words, for checkpoints whose pictures share a space with texts.
@Suite struct LabelTests {
    static let models = ["text-clip", "text-siglip"]
    static let pictures = ["cat.png", "dog.jpg"].map(sample)

    @Test(arguments: models)
    func labelsAreNamedByTheUser(model: String) throws {
        let folder = TemporaryFolder()
        folder.write("labels.txt", Array("red boat\nlighthouse, white\n\n".utf8))
        let common = LabelTests.pictures + ["--model", Fixtures.ownPath(model), "--format", "csv"]
        let named = try classifyImage(common + ["--labels", " red boat,lighthouse ,tree", "--top-k", "3"])
        #expect(named.code == 0 && named.output.split(separator: "\n").count == 7, "\(named)")
        for label in ["red boat", "lighthouse", "tree"] { #expect(named.output.contains(",\(label),"), "\(named)") }
        let listed = try classifyImage(common + ["--labels-file", folder.file("labels.txt")])
        #expect(listed.code == 0 && listed.output.contains("\"lighthouse, white\",1,"), "\(listed)")
    }

    @Test(arguments: models)
    func templatesChangeScores(model: String) throws {
        let common = [
            sample("cat.png"), "--model", Fixtures.ownPath(model), "--labels", "boat,tree", "--format", "json",
        ]
        let (standard, same) = (
            try classifyImage(common), try classifyImage(common + ["--template", "This is a photo of {}."])
        )
        let other = try classifyImage(common + ["--template", "a drawing of {}"])
        #expect(standard.code == 0 && standard.output == same.output && other.code == 0, "\(standard) \(other)")
        #expect(standard.output != other.output)
    }

    /// Pictures and texts lie in one space, each of length 1.
    @Test(arguments: models)
    func embeddingsAreWritten(model: String) throws {
        let folder = TemporaryFolder()
        let (pictures, labels) = (folder.file("pictures.safetensors"), folder.file("labels.safetensors"))
        let outcome = try classifyImage(
            LabelTests.pictures + [
                "--model", Fixtures.ownPath(model), "--labels", "boat,tree,bird", "--features", pictures,
                "--label-features", labels,
            ])
        #expect(outcome.code == 0 && outcome.output.isEmpty, "\(outcome)")
        let (first, second) = (try Safetensors(pictures), try Safetensors(labels))
        let size = try #require(first.shape(of: "features")?.last)
        #expect(first.shape(of: "features") == [2, size] && second.shape(of: "features") == [3, size])
        #expect(second.metadata.map { [$0.0, $0.1] } == [["labels", #"["boat", "tree", "bird"]"#]])
        for file in [first, second] {
            let values = try file.readTensor("features").values
            for start in stride(from: 0, to: values.count, by: size) {
                let length = values[start..<start + size].reduce(0) { $0 + $1 * $1 }
                #expect(abs(length - 1) <= 1e-5)
            }
        }
    }

    /// Without labels a model of two towers makes embeddings alone; one with labels of its own takes no others.
    @Test(arguments: [
        (["--model", "text-clip"], "takes its labels in words, with --labels"),
        (["--model", "dinov2", "--labels", "a,b"], "has labels of its own"),
        (["--model", "dinov2-backbone", "--labels", "a,b"], "has no text tower"),
        (["--labels", "a,,b"], "--labels names an empty label"), (["--labels", ""], "--labels names an empty label"),
        (["--labels", "a,b,a"], "--labels names 'a' twice"),
        (["--labels", "a", "--labels-file", "x"], "not from both"), (["--template", "a {}"], "it needs --labels"),
        (["--labels", "a", "--template", "no place"], "must hold {} once"),
        (["--labels", "a", "--template", "{} {}"], "must hold {} once"),
        (["--label-features", "out.safetensors"], "--label-features needs --labels"),
    ])
    func misuseIsRefusedByName(arguments: [String], complaint: String) throws {
        var arguments = arguments
        if arguments[0] == "--model" { arguments[1] = Fixtures.ownPath(arguments[1]) }
        let outcome = try classifyImage([sample("cat.png")] + arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test func absentAndDamagedLabelFilesAreNamed() throws {
        let folder = TemporaryFolder()
        folder.write("latin.txt", [0x63, 0xE9, 0x0A])
        let common = [sample("cat.png"), "--model", Fixtures.ownPath("text-clip"), "--labels-file"]
        let absent = try classifyImage(common + [folder.file("absent.txt")])
        #expect(absent.code == 66 && absent.isOneLineOfError, "\(absent)")
        let damaged = try classifyImage(common + [folder.file("latin.txt")])
        #expect(damaged.code == 65 && damaged.errors.contains("is not UTF-8"), "\(damaged)")
    }
}
