import TesseraLayers
import TesseraTensor
import TesseraVision
import Testing

@Suite struct DetectionLossTests {
    /// Against all ways there are.
    @Test(arguments: 0..<40)
    func theAssignmentIsTheCheapest(seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        let rows = 1 + Int(random.next() % 4)
        let columns = rows + Int(random.next() % 3)
        // Some costs are alike, as those of boxes that look alike are.
        let costs = (0..<rows * columns).map { _ in (random.nextUniform() * 8).rounded() / 4 - 1 }
        func cheapest(_ row: Int, _ taken: Set<Int>) -> Float {
            guard row < rows else { return 0 }
            return (0..<columns).filter { !taken.contains($0) }.map {
                costs[row * columns + $0] + cheapest(row + 1, taken.union([$0]))
            }.min() ?? .infinity
        }
        let found = cheapestAssignment(costs, rows: rows, columns: columns)
        #expect(Set(found).count == rows)
        let cost = found.enumerated().reduce(Float(0)) { $0 + costs[$1.offset * columns + $1.element] }
        #expect(abs(cost - cheapest(0, [])) <= 1e-5)
    }

    /// Against differences of 1e-3 both ways, whose error is of their square; boxes that meet, hold each other and lie apart.
    @Test(arguments: [
        (BoxShares(0.5, 0.5, 0.4, 0.3), BoxShares(0.6, 0.45, 0.3, 0.5)),
        (BoxShares(0.5, 0.5, 0.2, 0.1), BoxShares(0.52, 0.51, 0.6, 0.5)),
        (BoxShares(0.5, 0.5, 0.8, 0.7), BoxShares(0.45, 0.55, 0.2, 0.3)),
        (BoxShares(0.2, 0.3, 0.1, 0.2), BoxShares(0.7, 0.8, 0.2, 0.1)),
    ])
    func theGradientOfTheOverlapIsItsSlope(box: BoxShares, target: BoxShares) {
        let gradient = BoxOverlap(box, target).gradient
        for axis in 0..<4 {
            var (above, below) = (box, box)
            above[axis] += 1e-3
            below[axis] -= 1e-3
            let slope = (BoxOverlap(above, target).value - BoxOverlap(below, target).value) / 2e-3
            #expect(abs(gradient[axis] - slope) <= 2e-3 * max(1, abs(slope)), "axis \(axis)")
        }
    }

    @Test func boxesThatAreTheSameCoverEachOther() {
        let box = BoxShares(0.4, 0.6, 0.3, 0.2)
        #expect(abs(BoxOverlap(box, box).value - 1) <= 1e-6)
        #expect(BoxOverlap(box, BoxShares(0.9, 0.1, 0.05, 0.05)).value < 0)
    }

    /// More objects than queries: as many are given as there are queries.
    @Test func objectsMayBeMoreThanQueries() {
        let output = DetectionOutput(
            logits: Tensor(shape: [1, 1, 3], [0, 0, 0]), boxes: Tensor(shape: [1, 1, 4], [0.5, 0.5, 0.2, 0.2]))
        let objects = [0.1, 0.5, 0.9].map { AnnotatedObject(label: 0, box: BoxShares(Float($0), 0.5, 0.2, 0.2)) }
        let (loss, logits, boxes) = DetectionLoss()(output, objects, .init([objects]))
        // The box in the middle is found exactly: its label's cross-entropy alone is left.
        #expect(abs(loss - 1.0986123) <= 1e-5)
        #expect(logits.values[0] < 0 && logits.values[1] > 0)
        #expect(boxes.values.allSatisfy { abs($0) <= 10 })
    }

    @Test func picturesOfNothingHaveALoss() {
        let output = DetectionOutput(
            logits: Tensor(shape: [1, 2, 2], [0, 0, 0, 0]), boxes: Tensor(shape: [1, 2, 4], repeating: 0.5))
        let (loss, _, boxes) = DetectionLoss()(output, [], .init([[]]))
        #expect(abs(loss - 0.6931472) <= 1e-5)
        #expect(boxes.values.allSatisfy { $0 == 0 })
    }
}
