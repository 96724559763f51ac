import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Segmenters against what transformers computes from the same checkpoints.
@Suite struct SegmentationTests {
    static let fixtures = Fixtures.models(ofTypes: ImageSegmenter.supportedModelTypes) { $0.contains("logits") }
    /// Those with a picture and what transformers says of each of its pixels.
    static let fixturesWithPictures = fixtures.filter { Fixtures.holds("\($0)/expected.json") }

    @Test func thereAreFixtures() {
        #expect(SegmentationTests.fixtures.count >= 1 && SegmentationTests.fixturesWithPictures.count >= 1)
    }

    private func reference(_ fixture: String) throws -> Safetensors {
        try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
    }

    /// Float32 differs from the reference by the order of its sums; bfloat16 and int8 by their rounding.
    @Test(arguments: fixtures, [(Precision.float32, Float(1e-4)), (.bfloat16, 5e-2), (.int8, 1e-1)])
    func logitsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.path(fixture)), precision: test.precision)
        let reference = try reference(fixture)
        for suffix in ["", ".other_size"] where reference.contains("logits" + suffix) {
            let logits = segmenter.network(try reference.readTensor("pixel_values" + suffix))
            let expected = try reference.readTensor("logits" + suffix).withChannelsBehind
            #expect(relativeError(logits, expected) <= test.tolerance, "logits\(suffix)")
        }
    }

    @Test(arguments: fixtures)
    func mapsOfStagesEqualTheReference(fixture: String) throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.path(fixture)))
        let reference = try reference(fixture)
        let network = try #require(segmenter.network as? SegFormerNetwork)
        let maps = network.maps(of: try reference.readTensor("pixel_values"))
        #expect(maps.count == reference.names.filter { $0.hasPrefix("hidden_states.") }.count)
        for (index, map) in maps.enumerated() {
            let expected = try reference.readTensor("hidden_states.\(index)").withChannelsBehind
            #expect(relativeError(map, expected) <= 1e-4, "stage \(index)")
        }
    }

    @Test(arguments: fixturesWithPictures)
    func pixelsEqualTheReference(fixture: String) throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.path(fixture)))
        let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(expected(fixture).string("file"))")).image
        let pixels = try segmenter.processor.pixelValues([picture])
        #expect(relativeError(pixels, try reference(fixture).readTensor("pixel_values")) <= 1e-5)
    }

    /// From the picture's file to the label of each pixel.
    @Test(arguments: fixturesWithPictures)
    func labelsEqualTheReference(fixture: String) throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.path(fixture)))
        let expected = try expected(fixture)
        let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(expected.string("file"))")).image
        let found = try segmenter.segment(picture)
        let map = try reference(fixture).readTensor("label_map")
        #expect([found.height, found.width] == map.shape)
        #expect(found.labelMap.map(Float.init) == map.values)

        let pixels = try #require(try expected.object("pixels"))
        #expect(found.parts.count == pixels.keys.count)
        for part in found.parts {
            #expect(try part.pixelCount == pixels.integer(part.label, in: 1...Int.max), "\(part.label)")
            #expect(segmenter.labels[part.index] == part.label)
            #expect(part.share == Float(part.pixelCount) / Float(found.width * found.height))
        }
        #expect(zip(found.parts, found.parts.dropFirst()).allSatisfy { $0.pixelCount >= $1.pixelCount })
    }

    private func expected(_ fixture: String) throws -> JSONObject {
        try JSONObject.read(Fixtures.path(fixture + "/expected.json"))
    }

    /// One segmenter in several tasks at once, whose work meets in the one team of threads.
    @Test(arguments: fixtures)
    func tasksShareASegmenter(fixture: String) async throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.path(fixture)))
        let pixels = try reference(fixture).readTensor("pixel_values")
        let alone = segmenter.network(pixels)
        await withTaskGroup(of: Tensor.self) { group in
            for _ in 0..<8 { group.addTask { segmenter.network(pixels) } }
            for await together in group { #expect(together == alone) }
        }
    }

    /// One pixel, lines, and pictures that are smaller and larger than the map of logits.
    @Test(arguments: [(1, 1), (1, 300), (300, 1), (5, 7), (640, 480)])
    func everyPixelHasALabel(width: Int, height: Int) throws {
        let segmenter = try ImageSegmenter(ModelFolder(Fixtures.ownPath("segformer")))
        let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let found = try segmenter.segment(RGBImage(width: width, height: height, pixels: pixels))
        #expect(found.labelMap.count == width * height && found.width == width && found.height == height)
        #expect(found.parts.reduce(0) { $0 + $1.pixelCount } == width * height)
    }
}

extension Tensor {
    /// `[batch, channels, rows, columns]` as `[batch, rows, columns, channels]`.
    fileprivate var withChannelsBehind: Tensor {
        let cells = (0..<shape[0] * shape[2] * shape[3]).map {
            $0.quotientAndRemainder(dividingBy: shape[2] * shape[3])
        }
        let values = cells.flatMap { item, cell in
            (0..<shape[1]).map { channel in
                self[item, channel, cell / shape[3], cell % shape[3]]
            }
        }
        return Tensor(shape: [shape[0], shape[2], shape[3], shape[1]], values)
    }
}
