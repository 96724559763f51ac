import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Detectors against what transformers computes from the same checkpoints.
@Suite struct DetectionTests {
    static let fixtures = Fixtures.models(ofTypes: ObjectDetector.supportedModelTypes) { $0.contains("logits") }
    /// Those with pictures and what transformers' pipeline finds in them.
    static let fixturesWithPictures = fixtures.filter { Fixtures.holds("\($0)/expected.json") }
    static let precisions = [(Precision.float32, Float(1e-4)), (.bfloat16, 5e-2), (.int8, 1e-1)]

    @Test func thereAreFixtures() {
        #expect(DetectionTests.fixtures.count >= 1 && DetectionTests.fixturesWithPictures.count >= 1)
    }

    /// Float32 differs from the reference by the order of its sums; bfloat16 and int8 by their rounding. Where random weights enlarge that
    /// until it decides between answers, noise of its size does as much to float32's.
    @Test(arguments: fixtures, precisions)
    func outputsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let detector = try ObjectDetector(ModelFolder(Fixtures.path(fixture)), precision: test.precision)
        // A batch is padded, and of no use to pictures that go alone.
        let names = reference.names.filter { $0.hasSuffix("pixel_values") && $0 != "batch.pixel_values" }
        #expect(!names.isEmpty)
        for name in names {
            let run = name.dropLast("pixel_values".count)
            let pixels = try reference.readTensor(name)
            for picture in 0..<pixels.shape[0] {
                let own = pixels.rows(picture..<picture + 1)
                let expected = try ["logits", "pred_boxes"].map {
                    try reference.readTensor(run + $0).rows(picture..<picture + 1)
                }
                func errors(_ detector: ObjectDetector) throws -> [Float] {
                    let output = try told(detector, fixture, picture).network(own)
                    return zip([output.logits, output.boxes], expected).map { relativeError($0, $1) }
                }
                let found = try errors(detector)
                if test.precision != .float32, found.contains(where: { $0 > test.tolerance }) {
                    let noise = try (1...24).map { try errors(noisyDetector(fixture, seed: $0)) }
                    for (index, error) in found.enumerated() {
                        #expect(error <= max(test.tolerance, 2 * (noise.map { $0[index] }.max() ?? 0)), "\(run)")
                    }
                } else {
                    #expect(found.allSatisfy { $0 <= test.tolerance }, "\(run): \(found)")
                }
            }
        }
    }

    /// A fixture's detector in float32 whose weights have noise as large as the rounding of weights and activations to 8 bits.
    private func noisyDetector(_ fixture: String, seed: UInt64) throws -> ObjectDetector {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.path(fixture)) where name.hasSuffix("config.json") {
            folder.write(name, try InputFile(Fixtures.path("\(fixture)/\(name)")).contents(limit: 1 << 20))
        }
        let weights = try Safetensors(Fixtures.path(fixture + "/model.safetensors"))
        var random = SplitMix(state: seed)
        let tensors = try weights.names.map { name in
            let tensor = try weights.readTensor(name)
            let values = tensor.values.map { $0 * (1 + Float.random(in: -1...1, using: &random) / 256) }
            return (name: name, tensor: Tensor(shape: tensor.shape, values))
        }
        try Safetensors.write(tensors, to: folder.file("model.safetensors"))
        return try ObjectDetector(ModelFolder(folder.path))
    }

    /// A detector that knows what to find: what the fixture names for the picture, where it has to be told.
    private func told(_ detector: ObjectDetector, _ fixture: String, _ picture: Int) throws -> ObjectDetector {
        guard detector.takesLabels else { return detector }
        let pictures = try JSONObject.read(Fixtures.path(fixture + "/expected.json")).objects("pictures")
        guard case .array(let queries)? = pictures[picture].value("queries") else { return detector }
        let labels = queries.compactMap { if case .string(let text) = $0 { text } else { nil } }
        return try detector.labelled(labels, by: TextTower(ModelFolder(Fixtures.path(fixture))))
    }

    @Test(arguments: fixturesWithPictures)
    func pixelsEqualTheReference(fixture: String) throws {
        let detector = try ObjectDetector(ModelFolder(Fixtures.path(fixture)))
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let names = try JSONObject.read(Fixtures.path(fixture + "/expected.json")).objects("pictures").map {
            try $0.string("file")
        }
        #expect(!names.isEmpty)
        for (index, name) in names.enumerated() {
            let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(name)")).image
            let own = String(name.dropLast(".png".count)) + ".pixel_values"
            let expected =
                try reference.contains(own)
                ? reference.readTensor(own) : reference.readTensor("pixel_values").rows(index..<index + 1)
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
        for (index, picture) in pictures.enumerated() {
            let name = try picture.string("file")
            let found = try told(detector, fixture, index).detect(
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
