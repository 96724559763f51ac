import TesseraFiles
import TesseraImage
import TesseraVision
import TestSupport
import Testing

/// Trainings of a tiny detector: bright squares on gray, one or two a picture, with boxes in COCO's format.
@Suite(.serialized) struct ObjectTests {
    private let folder = TemporaryFolder()

    init() {
        var random = SplitMix(state: 5)
        var (images, annotations): ([String], [String]) = ([], [])
        for index in 0..<24 {
            var pixels = [UInt8](repeating: 90, count: 32 * 32 * 3)
            for place in 0..<1 + index % 2 {
                let side = 8 + Int(random.next() % 5)
                let (x, y) = (place * 16 + Int(random.next() % 4), Int(random.next() % UInt64(32 - side)))
                let (label, isRed) = (place == 0 ? 7 : 3, place == 0)
                for row in y..<y + side {
                    for column in x..<min(32, x + side) {
                        for (channel, value) in [isRed ? 250 : 20, 20, isRed ? 20 : 250].enumerated() {
                            pixels[(row * 32 + column) * 3 + channel] = UInt8(value)
                        }
                    }
                }
                annotations.append(
                    #"{"image_id": \#(index), "category_id": \#(label), "bbox": [\#(x), \#(y), \#(min(side, 32 - x)), \#(side)]}"#
                )
            }
            folder.write("data/\(index).png", pngFile(width: 32, height: 32, pixels: pixels))
            images.append(#"{"id": \#(index), "file_name": "\#(index).png", "width": 32, "height": 32}"#)
        }
        write(images: images, annotations)
        folder.write(
            "config.json",
            """
            {"model_type": "yolos", "architectures": ["YolosForObjectDetection"], "image_size": [32, 32], "patch_size": 8,
             "hidden_size": 24, "num_attention_heads": 2, "num_hidden_layers": 2, "intermediate_size": 48,
             "num_detection_tokens": 4}
            """)
        folder.write(
            "model/preprocessor_config.json",
            #"{"image_processor_type": "YolosImageProcessor", "size": {"shortest_edge": 32, "longest_edge": 48}}"#)
    }

    private func write(images: [String], _ annotations: [String], categories: String? = nil) {
        let known = categories ?? #"{"id": 7, "name": "red"}, {"id": 3, "name": "blue"}"#
        let lists = [images, annotations].map { $0.joined(separator: ", ") }
        folder.write(
            "data/boxes.json", #"{"images": [\#(lists[0])], "annotations": [\#(lists[1])], "categories": [\#(known)]}"#)
    }

    private func train(_ others: String..., output: String = "out") throws -> Outcome {
        try trainModel(
            ["objects", "--data", folder.file("data"), "--output", folder.file(output), "--batch-size", "4"] + others)
    }

    @Test("A training lowers the loss, measures the average precision, and leaves a detector")
    func training() throws {
        let new = ["--config", folder.file("config.json"), "--learning-rate", "2e-3", "--smallest-scale", "1"]
        // The processor of published models makes pictures of 800 pixels: a start with one of its own goes on below.
        let outcome = try trainModel(
            [
                "objects", "--data", folder.file("data"), "--output", folder.file("out"), "--epochs", "1", "--average",
                "0",
            ]
                + ["--batch-size", "24", "--validation-fraction", "0"] + new)
        #expect(outcome.code == 0 && outcome.output.contains("trained, without validation"), "\(outcome)")
        let processor = text(folder.file("out/preprocessor_config.json"))
        #expect(processor.contains("YolosImageProcessor") && processor.contains("800"))
        for name in ["config.json", "model.safetensors"] {
            folder.write("model/" + name, try InputFile(folder.file("out/" + name)).contents(limit: 1 << 24))
        }
        let tuned = try train(
            "--from", folder.file("model"), "--epochs", "30", "--learning-rate", "2e-3", "--smallest-scale", "1",
            "--validation-fraction", "0.25", output: "tuned")
        #expect(tuned.code == 0 && tuned.output.contains("average precision 0."), "\(tuned)")
        let lossesOfSteps = losses(folder.file("tuned")).compactMap { line in
            line.split(separator: #""loss": "#).dropFirst().first?.prefix { "0123456789.".contains($0) }
        }.compactMap { Double($0) }
        let first = try #require(lossesOfSteps.first)
        #expect(lossesOfSteps.suffix(4).allSatisfy { $0 < 0.8 * first }, "\(lossesOfSteps)")
        let detector = try ObjectDetector(ModelFolder(folder.file("tuned")))
        #expect(detector.labels == ["blue", "red"])
        #expect(!(try detector.detect(try RGBImage.read(folder.file("data/0.png")).image, threshold: 0)).isEmpty)
    }

    static let image = #"{"id": 0, "file_name": "0.png", "width": 32, "height": 32}"#
    static let annotation = #"{"image_id": 0, "category_id": 7, "bbox": [1, 2, 8, 8]}"#

    @Test(
        arguments: [
            ([image], [], nil, "has no annotation to learn from"),
            ([image], [#"{"image_id": 0, "category_id": 1, "bbox": [1, 2, 8, 8]}"#], nil, "there is no category 1"),
            ([image], [#"{"image_id": 5, "category_id": 7, "bbox": [1, 2, 8, 8]}"#], nil, "there is no image 5"),
            ([image], [#"{"image_id": 0, "category_id": 7, "bbox": [1, 2, 8]}"#], nil, "a box is four numbers"),
            (
                [image], [#"{"image_id": 0, "category_id": 7, "bbox": [1, 2, 0, 8]}"#], nil,
                "has no annotation to learn from"
            ),
            (
                [image], [#"{"image_id": 0, "category_id": 7, "bbox": [1, 2, 8, 8], "iscrowd": 1}"#], nil,
                "has no annotation"
            ),
            ([image, image], [annotation], nil, "the number 0 is there twice"),
            ([image], [annotation], "", "no annotations of objects"),
            ([image], [annotation], #"{"id": 7, "name": "red"}, {"id": 8, "name": "red"}"#, "is there twice"),
            ([#"{"id": 0, "file_name": "../0.png"}"#], [annotation], nil, "no name of a file in the folder"),
            ([#"{"id": 0, "file_name": "none.png"}"#], [annotation], nil, "none.png"),
            (
                [#"{"id": 0, "file_name": "0.png", "width": 64, "height": 32}"#], [annotation], nil,
                "annotations are for 64 x 32"
            ),
        ] as [([String], [String], String?, String)])
    func refused(images: [String], annotations: [String], categories: String?, cause: String) throws {
        write(images: images, annotations, categories: categories)
        let outcome = try train("--config", folder.file("config.json"))
        #expect([65, 66].contains(Int(outcome.code)) && outcome.errors.contains(cause), "\(outcome)")
        #expect(!folderContents(folder.path).contains("out") || folderContents(folder.file("out")).isEmpty)
    }

    @Test func modelsOfOtherKindsAreRefused() throws {
        let classifier = try train("--from", Fixtures.ownPath("vit"))
        #expect(classifier.code == 65 && classifier.errors.contains(#""vit" is not supported"#), "\(classifier)")
        let owl = try train("--from", Fixtures.ownPath("owlvit"))
        #expect(owl.code == 65 && owl.errors.contains("not trained"), "\(owl)")
        let shapes = Shapes(count: 3)
        let image = try trainModel([
            "image", "--data", shapes.folder.file("data"), "--from",
            Fixtures.ownPath("yolos-other-size-training"),
            "--output", folder.file("o"),
        ])
        #expect(image.code == 65, "\(image)")
    }
}
