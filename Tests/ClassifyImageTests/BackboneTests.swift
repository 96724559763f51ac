import TesseraFiles
import TestSupport
import Testing

/// What classify-image does with models that have no classification head.
@Suite struct BackboneTests {
    static let fixtures = [("vit-backbone", 32), ("dinov2-backbone", 32), ("deit-backbone", 24), ("beit-backbone", 24)]

    @Test(arguments: fixtures)
    func embeddingsNeedNoHead(fixture: String, size: Int) throws {
        let folder = TemporaryFolder()
        let path = folder.file("features.safetensors")
        let arguments = [
            sample("cat.png"), sample("dog.jpg"), "--model", Fixtures.ownPath(fixture), "--features", path,
        ]
        let outcome = try classifyImage(arguments)
        #expect(outcome.code == 0 && outcome.output.isEmpty, "\(outcome)")
        let isComplete = !fixture.hasPrefix("deit") && !fixture.hasPrefix("beit")
        #expect(outcome.errors.contains("has no preprocessor_config.json") == !isComplete, "\(outcome)")
        let file = try Safetensors(path)
        #expect(file.names == ["features"] && file.shape(of: "features") == [2, size])
        #expect(file.metadata.map(\.0) == ["images"])

        let lines = try classifyImage(arguments + ["--format", "jsonl"])
        #expect(lines.code == 0 && lines.output.hasPrefix(#"{"image": "\#(sample("cat.png"))", "predictions": []}"#))
        let rows = try classifyImage(arguments + ["--format", "csv"])
        #expect(rows.code == 0 && rows.output == "image,rank,label,index,score,logit\n")
    }

    @Test(arguments: fixtures.map(\.0))
    func attentionMapsNeedNoHead(fixture: String) throws {
        let folder = TemporaryFolder()
        let outcome = try classifyImage(
            [sample("cat.png"), "--model", Fixtures.ownPath(fixture), "--attention-map", folder.file("map.png")])
        #expect(outcome.code == 0 && outcome.output.isEmpty && folder.contents == ["map.png"], "\(outcome)")
    }

    @Test(arguments: fixtures.map(\.0))
    func labelsNeedOne(fixture: String) throws {
        let outcome = try classifyImage([sample("cat.png"), "--model", Fixtures.ownPath(fixture)])
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains("\(Fixtures.ownPath(fixture)) has no classification head"), "\(outcome)")
    }

    @Test func windowsHaveNoAttentionMap() throws {
        let folder = TemporaryFolder()
        let outcome = try classifyImage(
            [sample("cat.png"), "--model", Fixtures.ownPath("swin"), "--attention-map", folder.file("map.png")])
        #expect(outcome.code == 64 && outcome.isOneLineOfError && folder.contents.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains("looks at windows of a picture"), "\(outcome)")
    }

    @Test func helpSaysWhatEmbeddingsAre() throws {
        let help = try classifyImage(["--help"]).output
        for words in ["pooler_output", "Dinov2Model", "the mean of the patches", "\"images\"", "[pictures, size]"] {
            #expect(help.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words), "\(words)")
        }
    }
}
