import TesseraDrawing
import Testing

@Suite struct WeightGridTests {
    /// Cells' centres have their own weight, places between them a share of each, and edges the nearest cell's.
    @Test(arguments: [
        (0.25, 0.25, 0.0), (0.75, 0.25, 0.25), (0.25, 0.75, 0.5), (0.75, 0.75, 1.0), (0.5, 0.25, 0.125),
        (0.5, 0.5, 0.4375), (0, 0, 0), (1, 1, 1), (-9, 9, 0.5),
    ])
    func interpolates(x: Double, y: Double, level: Double) throws {
        let grid = try WeightGrid([-1, 0, 1, 3], rows: 2, columns: 2)
        #expect(abs(grid.level(x: x, y: y) - level) < 1e-12)
        #expect(grid.lowest == -1 && grid.highest == 3)
    }

    @Test func equalWeightsAreAllLow() throws {
        let grid = try WeightGrid([2, 2, 2], rows: 1, columns: 3)
        #expect(grid.level(x: 0.5, y: 0.5) == 0)
    }

    @Test(arguments: [
        (Float(0), "0"), (0.013, "0.013"), (0.0042, "0.0042"), (1.23e-7, "1.2e-7"), (0.0996, "0.10"), (1, "1.0"),
        (-3.14, "-3.1"), (250, "250"), (99_999, "100000"), (3e38, "3.0e38"), (.leastNonzeroMagnitude, "1.4e-45"),
    ])
    func figures(weight: Float, text: String) {
        #expect(figure(weight) == text)
    }

    /// Lightness (Rec. 709 luminance) grows all the way, from black to nearly white.
    @Test func coloursGrowLighter() {
        let lightness = stride(from: -0.5, through: 1.5, by: 0.01).map { value in
            let colour = ColourMap.inferno.colour(value)
            return 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue
        }
        #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(lightness[0] < 0.01 && lightness[200] > 0.9)
    }
}
