import TesseraFiles
import TestSupport
import Testing

/// What detect-objects prints and draws.
@Suite struct ResultTests {
    static let model = Fixtures.ownPath("yolos-detection")
    static let picture = Fixtures.ownPath("yolos-detection/picture0.png")
    static let other = Fixtures.ownPath("yolos-detection/picture2.png")

    @Test func objectsAreJSON() throws {
        let outcome = try detectObjects(
            [
                ResultTests.picture, ResultTests.other, "--model", ResultTests.model, "--format", "json", "--threshold",
                "0.4",
            ])
        #expect(outcome.code == 0, "\(outcome)")
        let list = try JSONObject(bytes: Array("{\"list\": \(outcome.output)}".utf8), path: "output").objects("list")
        #expect(try list.map { try $0.string("image") } == [ResultTests.picture, ResultTests.other])
        #expect(try list[0].integer("width", in: 0...1000) == 100 && list[0].integer("height", in: 0...1000) == 75)
        let scores = try list[0].objects("objects").map { try $0.number("score", in: 0.4...1) }
        #expect(scores.count > 1 && scores == scores.sorted(by: >))
        for object in try list[0].objects("objects") {
            let box = try #require(try object.object("box"))
            #expect(box.keys == ["xmin", "ymin", "xmax", "ymax"] && object.keys == ["label", "index", "score", "box"])
        }
    }

    @Test func otherFormats() throws {
        let common = [ResultTests.picture, "--model", ResultTests.model, "--threshold", "0.9"]
        let text = try detectObjects(common)
        #expect(text.code == 0 && text.output.hasSuffix("label 0 92.2 %  at 17, 4 to 43, 62\n"), "\(text)")
        let csv = try detectObjects(common + ["--format", "csv"])
        #expect(
            csv.output.hasPrefix("image,label,index,score,xmin,ymin,xmax,ymax\n")
                && csv.output.split(separator: "\n").count == 2)
        let lines = try detectObjects(common + ["--format", "jsonl", ResultTests.other])
        #expect(lines.output.split(separator: "\n").count == 2, "\(lines)")
        let nothing = try detectObjects([ResultTests.picture, "--model", ResultTests.model, "--threshold", "1"])
        #expect(nothing.code == 0 && nothing.output.hasSuffix("  nothing found\n"), "\(nothing)")
    }

    @Test func oneDrawingIsAFileAndSeveralAreAFolder() throws {
        let folder = TemporaryFolder()
        let one = try detectObjects(
            [ResultTests.picture, "--model", ResultTests.model, "--draw", folder.file("seen.png")])
        #expect(one.code == 0 && folder.contents == ["seen.png"], "\(one)")
        let some = try detectObjects(
            [ResultTests.picture, ResultTests.other, "--model", ResultTests.model, "--draw", folder.file("drawn")])
        #expect(some.code == 0, "\(some)")
        let header = try InputFile(folder.file("drawn/picture2.png")).contents(limit: 1 << 24).prefix(4)
        #expect(Array(header) == [0x89, 0x50, 0x4E, 0x47])
        #expect(try InputFile(folder.file("drawn/picture0.png")).contents(limit: 1 << 24).count > 1000)
    }

    /// One pixel, very long, gray and transparent pictures are seen at the size that the model takes.
    @Test(arguments: [(1, 1), (1, 600), (700, 1), (3, 2), (16_384, 1)])
    func oddSizesAreSeen(width: Int, height: Int) throws {
        let folder = TemporaryFolder()
        folder.write(
            "odd.png", pngFile(width: width, height: height, pixels: [UInt8](repeating: 77, count: 3 * width * height)))
        let outcome = try detectObjects(
            [folder.file("odd.png"), "--model", ResultTests.model, "--format", "csv", "--draw", folder.file("out.png")])
        #expect(outcome.code == 0 && outcome.output.hasPrefix("image,label"), "\(outcome)")
    }

    @Test func damagedPicturesLeaveTheOthersDone() throws {
        let folder = TemporaryFolder()
        folder.write("bad.png", [1, 2, 3])
        let outcome = try detectObjects([folder.file("bad.png"), ResultTests.picture, "--model", ResultTests.model])
        #expect(
            outcome.code == 1 && outcome.errors.contains("bad.png") && outcome.output.contains("label 0"), "\(outcome)")
    }

    @Test func manifestsGiveALineAnItem() throws {
        let folder = TemporaryFolder()
        folder.write("list.jsonl", Array("{\"image\": \"\(ResultTests.picture)\", \"id\": 7}\n".utf8))
        let outcome = try detectObjects(["--manifest", folder.file("list.jsonl"), "--model", ResultTests.model])
        #expect(
            outcome.code == 0 && outcome.output.contains("\"id\": 7") && outcome.output.contains("\"objects\": [{"),
            "\(outcome)")
    }

    @Test(arguments: [
        ([String](), "No picture is named"), (["x.png"], "none ships for this"),
        (["x.png", "--threshold", "1.5"], "--threshold"), (["x.png", "--draw", ""], "--draw must not be empty"),
        (["x.png", "--threshold", "nan"], "--threshold"),
    ])
    func misuseIsRefusedByName(arguments: [String], complaint: String) throws {
        let outcome = try detectObjects(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test func classifiersAreNoDetectors() throws {
        let outcome = try detectObjects([ResultTests.picture, "--model", Fixtures.ownPath("dinov2")])
        #expect(outcome.code == 65 && outcome.errors.contains("these are: yolos"), "\(outcome)")
    }
}
