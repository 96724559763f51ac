import TesseraFiles
import TesseraVision
import TestSupport
import Testing

/// COCO's measure against pycocotools on random boxes: Tests/Fixtures/make_average_precision.py.
@Suite struct AveragePrecisionTests {
    @Test func equalsPycocotools() throws {
        let cases = try JSONObject.read(Fixtures.ownPath("average-precision.json")).objects("cases")
        #expect(cases.count >= 5)
        for item in cases {
            var pictures: [(found: [DetectedObject], objects: [(label: Int, box: BoundingBox)])] = []
            for picture in try item.objects("pictures") {
                pictures.append(
                    (
                        try picture.objects("found").map {
                            DetectedObject(
                                label: "", index: try $0.integer("label", in: 0...9),
                                score: Float(try $0.number("score", in: 0...1)), box: try box($0))
                        },
                        try picture.objects("objects").map { (try $0.integer("label", in: 0...9), try box($0)) }
                    ))
            }
            let precision = AveragePrecision(pictures)
            #expect(abs(precision.mean - (try item.number("mean", in: 0...1))) <= 1e-6)
            #expect(abs(precision.atHalf - (try item.number("at_half", in: 0...1))) <= 1e-6)
        }
    }

    private func box(_ json: JSONObject) throws -> BoundingBox {
        let sides = try #require(try json.numbers("box")).map { Float($0) }
        return BoundingBox(xmin: sides[0], ymin: sides[1], xmax: sides[0] + sides[2], ymax: sides[1] + sides[3])
    }

    @Test func whatIsFoundExactlyIsPerfect() {
        let box = BoundingBox(xmin: 1, ymin: 2, xmax: 11, ymax: 22)
        let found = DetectedObject(label: "a", index: 0, score: 0.9, box: box)
        let precision = AveragePrecision([(found: [found], objects: [(label: 0, box: box)])])
        #expect(precision.mean == 1 && precision.atHalf == 1)
        #expect(AveragePrecision([(found: [], objects: [(label: 0, box: box)])]).mean == 0)
    }
}
