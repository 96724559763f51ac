import TesseraDrawing
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Width and height in a PNG's header, after checking the signature.
func size(ofPNG bytes: [UInt8]) throws -> [Int] {
    try #require(bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) && bytes.count > 24)
    return [16, 20].map { offset in bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
}

private func drawing(
    width: Int = 32, height: Int = 32, weights: [Float] = [0, 0.25, 0.5, 1], rows: Int = 2, columns: Int = 2,
    title: String = "cat  98.3 %", caption: String = "attention rollout"
) -> AttentionMapDrawing {
    let picture = (0..<3 * width * height).map { UInt8($0 % 251) }
    return AttentionMapDrawing(
        picture: picture, width: width, height: height, weights: weights, rows: rows, columns: columns, title: title,
        caption: caption)
}

@Suite struct AttentionMapDrawingTests {
    /// The panels' longer side is enlarged to at least 448 pixels and reduced to at most 896.
    @Test(arguments: [
        (32, 32, 1066, 560), (448, 300, 1066, 412), (1000, 2000, 1066, 1008), (1, 1, 1066, 560), (2000, 1, 1962, 272),
        (1, 2000, 570, 1008),
    ])
    func sizeOfTheSheet(width: Int, height: Int, drawnWidth: Int, drawnHeight: Int) throws {
        let png = try drawing(width: width, height: height).png()
        #expect(try size(ofPNG: png) == [drawnWidth, drawnHeight])
    }

    @Test(arguments: [
        ([Float](repeating: 0.1, count: 6), 2, 3), ([0.5], 1, 1), ([-3e38, 3e38], 1, 2), ([0, 1e-30, 1e-10, 1], 4, 1),
    ])
    func weightsOfAnyScale(weights: [Float], rows: Int, columns: Int) throws {
        #expect(try !drawing(weights: weights, rows: rows, columns: columns).png().isEmpty)
    }

    @Test(arguments: [Float.nan, .infinity])
    func refusesWhatIsNotANumber(weight: Float) {
        #expect(throws: DrawingError.self) { try drawing(weights: [0, weight, 0, 0]).png() }
    }

    @Test(arguments: ["", "猫 é 🐈", "two\nlines\u{0}", String(repeating: "long ", count: 10_000)])
    func titlesOfAnyKind(title: String) throws {
        #expect(try !drawing(title: title, caption: title).png().isEmpty)
    }

    @Test func sameInputSameBytes() throws {
        #expect(try drawing().png() == drawing().png())
    }
}
