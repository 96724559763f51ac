import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Trainings of a tiny CLIP: squares in four colours at four places, each told in words.
@Suite(.serialized) struct ImageTextTests {
    private let folder = TemporaryFolder()
    private static let colours: [(name: String, value: [UInt8])] = [
        ("red", [250, 20, 20]), ("green", [20, 220, 20]), ("blue", [20, 20, 250]), ("white", [250, 250, 250]),
    ]
    private static let places = ["top left", "top right", "bottom left", "bottom right"]

    init() {
        var random = SplitMix(state: 9)
        var lines: [String] = []
        for index in 0..<64 {
            let (colour, place) = (Self.colours[index % 4], index / 4 % 4)
            let (left, top) = (place % 2 * 16 + Int(random.next() % 6), place / 2 * 16 + Int(random.next() % 6))
            var pixels = [UInt8](repeating: 90, count: 32 * 32 * 3)
            for row in top..<top + 10 {
                for column in left..<left + 10 {
                    for channel in 0..<3 { pixels[(row * 32 + column) * 3 + channel] = colour.value[channel] }
                }
            }
            folder.write("pictures/\(index).png", pngFile(width: 32, height: 32, pixels: pixels))
            let said = "a \(colour.name) square at the \(Self.places[place])"
            lines.append(#"{"image": "pictures/\#(index).png", "text": "\#(said)"}"#)
        }
        folder.write("pairs.jsonl", lines.joined(separator: "\n"))
    }

    private func train(_ others: String..., data: String = "pairs.jsonl", output: String = "out") throws -> Outcome {
        try trainModel(
            ["image-text", "--data", folder.file(data), "--output", folder.file(output), "--smallest-crop", "1"]
                + others)
    }

    @Test("A new model learns to tell pictures by texts, and classifies by labels in words")
    func training() throws {
        let outcome = try train(
            "--config", Fixtures.ownPath("text-clip"), "--epochs", "60", "--batch-size", "16", "--average", "0",
            "--learning-rate", "3e-3", "--validation-fraction", "0.25")
        #expect(outcome.code == 0 && outcome.output.contains("recall among 16 pairs: of texts "), "\(outcome)")
        let share = outcome.output.split(separator: "of texts ").dropFirst().first?.prefix { $0 != " " }
        // Chance finds one in 16, or more where texts are alike.
        #expect((share.flatMap { Double($0) } ?? 0) >= 60, "\(outcome.output)")
        let model = try ModelFolder(folder.file("out"))
        let labelled = try ImageClassifier(model).labelled(
            Self.colours.map { "a \($0.name) square at the top left" }, template: "{}", by: TextTower(model))
        var right = 0
        for index in 0..<4 {
            let picture = try RGBImage.read(folder.file("pictures/\(index).png")).image
            right += try labelled.classify(picture, topK: 1)[0].label.contains(Self.colours[index].name) ? 1 : 0
        }
        #expect(right >= 3)
        let again = try train(
            "--config", Fixtures.ownPath("text-clip"), "--epochs", "60", "--batch-size", "16", "--average", "0",
            "--learning-rate", "3e-3", "--validation-fraction", "0.25")
        #expect(again.code == 0 && again.errors.contains("this training is finished"), "\(again)")
    }

    @Test("Published models are trained on, whole or a tower alone", arguments: ["text-clip", "text-siglip"])
    func finetuning(fixture: String) throws {
        let rows = (0..<8).map { "pictures/\($0).png\t\(String(repeating: "a long text ", count: $0 * 10))end" }
        folder.write("pairs.tsv", (["file_name\tcaption"] + rows).joined(separator: "\n"))
        let outcome = try train(
            "--from", Fixtures.ownPath(fixture), "--epochs", "2", "--batch-size", "4", "--freeze", "pictureTower",
            "--validation-fraction", "0.25", "--precision", "bf16", "--average", "0", data: "pairs.tsv")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.errors.contains("texts are too long for the model and lose their ends"), "\(outcome)")
        let (before, after) = (
            try Safetensors(Fixtures.ownPath(fixture + "/model.safetensors")),
            try Safetensors(folder.file("out/model.safetensors"))
        )
        for name in before.names where name.hasPrefix("vi") {
            #expect(try before.readTensor(name) == after.readTensor(name), "\(name)")
        }
        let word = "text_model.final_layer_norm.weight"
        #expect(try before.readTensor(word) != after.readTensor(word))
    }

    @Test(
        arguments: [
            (#"{"image": "pictures/0.png", "text": "a"}"#, "one pair to train on"),
            (#"{"image": "pictures/0.png"}"#, "line 1 of"), (#"{"text": "a"}"#, "lacks an image"),
            (#"{"image": "pictures/0.png", "text": }"#, "line 1"),
            (#"{"image": "pictures/0.png", "text": ""}"#, "lacks a text"),
            ("image\ttext\npictures/0.png", "has 1 columns"), ("image,text\npictures/0.png,a", "lacks an image"),
            ("image\ttext\npictures/0.png\ta\nnone.png\tb\npictures/1.png\tc", "line 3 of"),
            ("", "holds no texts"),
        ])
    func damagedPairsAreRefused(pairs: String, cause: String) throws {
        folder.write("damaged.jsonl", pairs)
        let outcome = try train(
            "--config", Fixtures.ownPath("text-clip"), "--validation-fraction", "0", data: "damaged.jsonl")
        #expect([65, 66].contains(Int(outcome.code)) && outcome.errors.contains(cause), "\(outcome)")
        #expect(!folderContents(folder.path).contains("out") || folderContents(folder.file("out")).isEmpty)
    }

    @Test func whatCannotBeDoneIsRefused() throws {
        let single = try train("--config", Fixtures.ownPath("text-clip"), "--batch-size", "1")
        #expect(single.code == 64 && single.errors.contains("nothing to tell apart"), "\(single)")
        let kept = try train("--config", Fixtures.ownPath("text-clip"), "--validation-fraction", "0.01")
        #expect(kept.code == 65 && kept.errors.contains("one pair to validate with"), "\(kept)")
        for fixture in ["vit", "owlvit"] {
            let other = try train("--from", Fixtures.ownPath(fixture))
            #expect(other.code == 65 && other.errors.contains("these are: clip, siglip"), "\(other)")
        }
        let everything = try train("--config", Fixtures.ownPath("text-clip"), "--freeze", "pictureTower", "textTower")
        #expect(everything.code == 64 && everything.errors.contains("nothing is left to train"), "\(everything)")
        let unknown = try train("--config", Fixtures.ownPath("text-clip"), "--freeze", "vision", output: "other")
        #expect(unknown.code == 64 && unknown.errors.contains("no layer is called vision"), "\(unknown)")
    }
}
