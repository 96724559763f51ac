import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Detectors against what transformers computes from the same checkpoints.
@Suite struct DetectionTests {
    static let fixtures = Fixtures.models(ofTypes: ObjectDetector.supportedModelTypes)
    /// Those with pictures and what transformers' pipeline finds in them.
    static let fixturesWithPictures = fixtures.filter { Fixtures.holds("\($0)/expected.json") }
    static let precisions = [(Precision.float32, Float(1e-4)), (.bfloat16, 5e-2), (.int8, 1e-1)]

    @Test func thereAreFixtures() {
        #expect(DetectionTests.fixtures.count >= 1 && DetectionTests.fixturesWithPictures.count >= 1)
    }

    /// Float32 differs from the reference by the order of its sums; bfloat16 and int8 by their rounding.
    @Test(arguments: fixtures, precisions)
    func outputsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let detector = try ObjectDetector(ModelFolder(Fixtures.path(fixture)), precision: test.precision)
        // A batch is padded, and of no use to pictures that go alone.
        let names = reference.names.filter { $0.hasSuffix("pixel_values") && $0 != "batch.pixel_values" }
        #expect(!names.isEmpty)
        for name in names {
            let run = name.dropLast("pixel_values".count)
            let output = detector.network(try reference.readTensor(name))
            #expect(relativeError(output.logits, try reference.readTensor(run + "logits")) <= test.tolerance, "\(run)")
            #expect(
                relativeError(output.boxes, try reference.readTensor(run + "pred_boxes")) <= test.tolerance, "\(run)")
        }
    }

    @Test(arguments: fixturesWithPictures)
    func pixelsEqualTheReference(fixture: String) throws {
        let detector = try ObjectDetector(ModelFolder(Fixtures.path(fixture)))
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let names = try JSONObject.read(Fixtures.path(fixture + "/expected.json")).objects("pictures").map {
            try $0.string("file")
        }
        #expect(!names.isEmpty)
        for name in names {
            let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(name)")).image
            let expected = try reference.readTensor(name.dropLast(".png".count) + ".pixel_values")
            #expect(relativeError(try detector.processor.pixelValues([picture]), expected) <= 1e-5, "\(name)")
        }
    }

    /// From the picture's file to labels and boxes, as users see them.
    @Test(arguments: fixturesWithPictures)
    func objectsEqualThePipeline(fixture: String) throws {
        let detector = try ObjectDetector(ModelFolder(Fixtures.path(fixture)))
        let expected = try JSONObject.read(Fixtures.path(fixture + "/expected.json"))
        let threshold = Float(try expected.number("threshold", in: 0...1))
        let pictures = try expected.objects("pictures")
        #expect(!pictures.isEmpty)
        for picture in pictures {
            let name = try picture.string("file")
            let found = try detector.detect(
                RGBImage.read(Fixtures.path("\(fixture)/\(name)")).image, threshold: threshold)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
            try compare(found, picture.objects("detections"), name)
        }
    }

    private func compare(_ found: [DetectedObject], _ expected: [JSONObject], _ name: String) throws {
        let sorted = try expected.map { (try $0.number("score", in: 0...1), $0) }.sorted { $0.0 > $1.0 }
        #expect(found.count == sorted.count, "\(name)")
        for (object, (score, expected)) in zip(found, sorted) {
            #expect(object.index == (try expected.integer("label_id", in: 0...1000)), "\(name)")
            #expect(abs(object.score - Float(score)) <= 1e-4, "\(name)")
            let box = try #require(try expected.object("box"))
            for (edge, key) in [
                (object.box.xmin, "xmin"), (object.box.ymin, "ymin"), (object.box.xmax, "xmax"),
                (object.box.ymax, "ymax"),
            ] {
                #expect(abs(edge - Float(try box.number(key, in: -1e6...1e6))) <= 0.01, "\(name) \(key)")
            }
        }
    }
}
