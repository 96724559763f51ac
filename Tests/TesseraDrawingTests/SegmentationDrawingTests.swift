import TesseraDrawing
import Testing

@Suite struct SegmentationDrawingTests {
    private func size(_ png: [UInt8]) -> [Int] {
        [16, 20].map { png[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    private func drawing(_ width: Int, _ height: Int, _ labels: Int) throws -> [UInt8] {
        try SegmentationDrawing(
            picture: [UInt8](repeating: 90, count: 3 * width * height), width: width, height: height,
            labelMap: (0..<width * height).map { UInt16($0 % max(1, labels)) },
            labels: (0..<labels).map { .init(index: $0, text: "label \($0) 1.0 %") }
        ).png()
    }

    /// The legend stands below the picture, in as many columns as there is room for, and is never cut.
    @Test func theLegendTakesRoomOfItsOwn() throws {
        #expect(try size(drawing(640, 480, 0)) == [640, 480])
        let few = try size(drawing(640, 480, 3))
        #expect(few[0] == 640 && (481...520).contains(few[1]))
        let many = try size(drawing(640, 480, 90))
        #expect(many[0] == 640 && many[1] > few[1] + 200)
        // Of more than a hundred it is said how many they are.
        #expect(try size(drawing(640, 480, 400)) == size(drawing(640, 480, 900)))
        #expect(try size(drawing(1, 1000, 5))[0] >= 100)
    }

    @Test func drawingsAreTheSameEachTime() throws {
        #expect(try drawing(50, 40, 9) == drawing(50, 40, 9))
    }
}
