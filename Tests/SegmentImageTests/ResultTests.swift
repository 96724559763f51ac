import TesseraFiles
import TesseraImage
import TesseraTensor
import TestSupport
import Testing

/// What segment-image prints, writes and draws.
@Suite struct ResultTests {
    static let model = Fixtures.ownPath("segformer")
    static let picture = Fixtures.ownPath("segformer/picture0.png")
    static let other = Fixtures.ownPath("segformer/picture1.png")

    /// How many pixels each label has: the fixture's reference.
    private func expectedPixels() throws -> JSONObject {
        try #require(try JSONObject.read(Fixtures.ownPath("segformer/expected.json")).object("pixels"))
    }

    @Test func sharesAreJSON() throws {
        let outcome = try segmentImage(
            [ResultTests.picture, ResultTests.other, "--model", ResultTests.model, "--format", "json"])
        #expect(outcome.code == 0, "\(outcome)")
        let list = try JSONObject(bytes: Array("{\"list\": \(outcome.output)}".utf8), path: "output").objects("list")
        #expect(try list.map { try $0.string("image") } == [ResultTests.picture, ResultTests.other])
        #expect(list[0].keys == ["image", "width", "height", "labels"])
        #expect(try list[0].integer("width", in: 0...1000) == 81 && list[0].integer("height", in: 0...1000) == 57)
        let (labels, expected) = (try list[0].objects("labels"), try expectedPixels())
        #expect(labels.count == expected.keys.count)
        for label in labels {
            let pixels = try label.integer("pixels", in: 1...10_000)
            #expect(label.keys == ["label", "index", "share", "pixels"])
            #expect(try pixels == expected.integer(label.string("label"), in: 1...10_000))
            #expect(try abs(label.number("share", in: 0...1) - Double(pixels) / (57 * 81)) <= 1e-6)
        }
        let shares = try labels.map { try $0.number("share", in: 0...1) }
        #expect(shares == shares.sorted(by: >))
    }

    @Test func otherFormats() throws {
        let common = [ResultTests.picture, "--model", ResultTests.model]
        let text = try segmentImage(common)
        #expect(
            text.output == "\(ResultTests.picture)  label 0 35.5 %, label 1 32.3 %, label 5 17.0 %, "
                + "label 3 12.0 %, label 2 3.2 %\n", "\(text)")
        let csv = try segmentImage(common + ["--format", "csv"])
        #expect(
            csv.output.hasPrefix("image,label,index,share,pixels\n\(ResultTests.picture),label 0,0,0.355")
                && csv.output.split(separator: "\n").count == 6, "\(csv)")
        let lines = try segmentImage(common + ["--format", "jsonl", ResultTests.other])
        #expect(lines.output.split(separator: "\n").count == 2, "\(lines)")
    }

    /// Levels are indices, which expected.json counts.
    @Test func mapsHoldTheLabelOfEachPixel() throws {
        let folder = TemporaryFolder()
        let outcome = try segmentImage(
            [ResultTests.picture, "--model", ResultTests.model, "--map", folder.file("map.png")])
        #expect(outcome.code == 0 && folder.contents == ["map.png"], "\(outcome)")
        let map = try RGBImage.read(folder.file("map.png")).image
        #expect(map.width == 81 && map.height == 57)
        let levels = stride(from: 0, to: map.pixels.count, by: 3).map { map.pixels[$0] }
        for name in try expectedPixels().keys {
            let index = try #require(UInt8(name.dropFirst("label ".count)))
            #expect(try levels.count { $0 == index } == expectedPixels().integer(name, in: 1...10_000), "\(name)")
        }
    }

    /// The header of a PNG says its size, how many bits a level has, and whether it is gray.
    private func header(_ path: String) throws -> [UInt8] {
        Array(try InputFile(path).contents(limit: 1 << 24).prefix(26))
    }

    @Test func severalOutputsAreFolders() throws {
        let folder = TemporaryFolder()
        let some = try segmentImage([
            ResultTests.picture, ResultTests.other, "--model", ResultTests.model, "--draw", folder.file("drawn"),
            "--map", folder.file("maps"),
        ])
        #expect(some.code == 0 && folder.contents.sorted() == ["drawn", "maps"], "\(some)")
        for name in ["picture0.png", "picture1.png"] {
            let map = try header(folder.file("maps/" + name))
            #expect(map.prefix(4) == [0x89, 0x50, 0x4E, 0x47] && map[24] == 8 && map[25] == 0, "\(name)")
            let drawing = try RGBImage.read(folder.file("drawn/" + name)).image
            // Small pictures are enlarged, and the legend stands below.
            #expect(drawing.width >= 480 && drawing.height > drawing.width * 2 / 3, "\(name)")
        }
    }

    @Test func moreThan256LabelsTake16Bits() throws {
        let folder = try TemporaryFolder(copying: "segformer")
        let weights = try Safetensors(Fixtures.ownPath("segformer/model.safetensors"))
        // The six labels 43 times: of those that are alike the first is taken.
        let tensors = try weights.names.map { name in
            let tensor = try weights.readTensor(name)
            guard name.hasPrefix("decode_head.classifier.") else { return (name: name, tensor: tensor) }
            let rows = (0..<258).map { $0 % 6 }
            return (
                name: name,
                tensor: tensor.reshaped([6, tensor.count / 6]).gatheringRows(rows).reshaped(
                    [258] + tensor.shape.dropFirst())
            )
        }
        try Safetensors.write(tensors, to: folder.file("model.safetensors"))
        let labels = (0..<258).map { "\"\($0)\": \"thing \($0)\"" }.joined(separator: ", ")
        let config = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write("config.json", withMember("id2label", "{\(labels)}", in: config))
        let outcome = try segmentImage(
            [ResultTests.picture, "--model", folder.path, "--map", folder.file("map.png")])
        #expect(outcome.code == 0 && outcome.output.contains("thing 0 35.5 %"), "\(outcome)")
        let map = try header(folder.file("map.png"))
        #expect(map[24] == 16 && map[25] == 0)
    }

    /// One pixel, very long, gray and transparent pictures are seen at the size that the model takes.
    @Test(arguments: [(1, 1), (1, 600), (700, 1), (3, 2)])
    func oddSizesAreSeen(width: Int, height: Int) throws {
        let folder = TemporaryFolder()
        folder.write(
            "odd.png", pngFile(width: width, height: height, pixels: [UInt8](repeating: 77, count: 3 * width * height)))
        let outcome = try segmentImage([
            folder.file("odd.png"), "--model", ResultTests.model, "--format", "csv", "--draw", folder.file("out.png"),
            "--map", folder.file("map.png"),
        ])
        #expect(outcome.code == 0 && outcome.output.hasPrefix("image,label"), "\(outcome)")
        let map = try RGBImage.read(folder.file("map.png")).image
        #expect(map.width == width && map.height == height)
    }

    @Test func damagedPicturesLeaveTheOthersDone() throws {
        let folder = TemporaryFolder()
        folder.write("bad.png", [1, 2, 3])
        let outcome = try segmentImage([folder.file("bad.png"), ResultTests.picture, "--model", ResultTests.model])
        #expect(
            outcome.code == 1 && outcome.errors.contains("bad.png") && outcome.output.contains("label 0"), "\(outcome)")
    }

    @Test func manifestsGiveALineAnItem() throws {
        let folder = TemporaryFolder()
        folder.write("list.jsonl", Array("{\"image\": \"\(ResultTests.picture)\", \"id\": 7}\n".utf8))
        let outcome = try segmentImage(["--manifest", folder.file("list.jsonl"), "--model", ResultTests.model])
        #expect(
            outcome.code == 0 && outcome.output.contains("\"id\": 7") && outcome.output.contains("\"labels\": [{"),
            "\(outcome)")
        let refused = try segmentImage([
            "--manifest", folder.file("list.jsonl"), "--model", ResultTests.model, "--map", folder.file("maps"),
        ])
        #expect(refused.code == 64 && refused.errors.contains("--map"), "\(refused)")
    }

    @Test(arguments: [
        ([String](), "No picture is named"), (["x.png"], "none ships for this"),
        (["x.png", "--map", ""], "--map must not be empty"), (["x.png", "--draw", ""], "--draw must not be empty"),
        (["x.png", "--model", model, "--map", "same.png", "--draw", "same.png"], "two outputs have this name"),
    ])
    func misuseIsRefusedByName(arguments: [String], complaint: String) throws {
        let outcome = try segmentImage(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test(arguments: [
        ("dinov2", "classify-image runs it"), ("yolos-detection", "detect-objects runs it"),
        ("bert", "these are: segformer"),
    ])
    func otherModelsAreNoSegmenters(model: String, complaint: String) throws {
        let outcome = try segmentImage([ResultTests.picture, "--model", Fixtures.ownPath(model)])
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test func damagedModelsAreNamed() throws {
        let folder = try TemporaryFolder(copying: "segformer")
        folder.write("model.safetensors", [1, 2, 3])
        let outcome = try segmentImage([ResultTests.picture, "--model", folder.path])
        #expect(outcome.code == 65 && outcome.errors.contains("model.safetensors"), "\(outcome)")
    }
}
