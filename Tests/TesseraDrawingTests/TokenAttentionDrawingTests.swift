import TesseraDrawing
import Testing

@Suite struct TokenAttentionDrawingTests {
    private static func drawing(_ weights: [Float]? = nil, queries: [String], keys: [String]) -> TokenAttentionDrawing {
        let weights = weights ?? (0..<queries.count * keys.count).map { Float($0) }
        return TokenAttentionDrawing(
            weights: weights, queries: queries, keys: keys, title: "the last block", caption: "mean of 4 heads")
    }

    /// Cells of 40 pixels where there are few, and of 4 at least where there are many; a narrow panel leaves room for the title.
    @Test(arguments: [(1, 1, 448, 192), (12, 11, 656, 612), (3, 12, 696, 252), (2, 1000, 4216, 192)])
    func sizeOfTheSheet(rows: Int, columns: Int, width: Int, height: Int) throws {
        let tokens = (0..<max(rows, columns)).map { "t\($0)" }
        let drawing = Self.drawing(queries: Array(tokens.prefix(rows)), keys: Array(tokens.prefix(columns)))
        #expect(try size(ofPNG: drawing.png()) == [width, height])
    }

    @Test(arguments: ["", "猫 é 🐈", "two\nlines\u{0}", String(repeating: "long ", count: 10_000)])
    func tokensOfAnyKind(text: String) throws {
        #expect(try !Self.drawing(queries: [text, "a"], keys: [text]).png().isEmpty)
    }

    @Test(arguments: [Float.nan, .infinity])
    func refusesWhatIsNotANumber(weight: Float) {
        #expect(throws: DrawingError.self) { try Self.drawing([0, weight], queries: ["a"], keys: ["b", "c"]).png() }
    }

    /// Weights that are all alike are drawn too; others give other pictures.
    @Test func theWeightsAreDrawn() throws {
        func png(_ weights: [Float]) throws -> [UInt8] {
            try Self.drawing(weights, queries: ["a", "b"], keys: ["c", "d"]).png()
        }
        #expect(try png([0, 0, 0, 1]) == png([0, 0, 0, 1]))
        #expect(try png([0, 0, 0, 1]) != png([0, 1, 0, 0]))
        for weights: [Float] in [[0, 0, 0, 0], [1, 1, 1, 1], [0, 1e-30, 1, 3e38]] { #expect(try !png(weights).isEmpty) }
    }
}
