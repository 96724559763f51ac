import TesseraTensor
import TesseraTraining
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct LossTests {
    static let predictions = Tensor(shape: [2, 3], [0.5, -1.25, 2, 0, 0.75, -0.5])
    static let targets = Tensor(shape: [2, 3], [0.25, 0.75, 0, 0, 0, 1])

    /// Central differences over h = 2⁻⁹, which Float adds to these values without rounding: their own error is
    /// h² / 6 times the third derivative, below 1e-6 here, and the gradient is rounded to 6e-8.
    static let tolerance = 2e-6

    private func check(_ loss: (Tensor, Tensor) -> (losses: [Double], gradient: Tensor)) {
        let gradient = loss(Self.predictions, Self.targets).gradient.values
        let h: Float = 0x1p-9
        for index in gradient.indices {
            func total(_ change: Float) -> Double {
                var values = Self.predictions.values
                values[index] += change
                return loss(Tensor(shape: [2, 3], values), Self.targets).losses.reduce(0, +)
            }
            let difference = (total(h) - total(-h)) / Double(2 * h)
            #expect(abs(Double(gradient[index]) - difference) < Self.tolerance)
        }
    }

    @Test(arguments: [Float(0), 0.1, 0.5])
    func crossEntropyHasTheGradientOfItsLoss(smoothing: Float) {
        check(CrossEntropy(labelSmoothing: smoothing).callAsFunction)
    }

    /// One class a row gives what the same target as probabilities gives, to float32's last bits; a row without a class nothing.
    @Test(arguments: [Float(0), 0.1, 0.5])
    func crossEntropyOfLabelsIsThatOfTheirProbabilities(smoothing: Float) {
        let logits = Tensor(shape: [2, 2, 3], [0.5, -1.25, 2, 0, 0.75, -0.5, 30, -30, 1, 4, 4, 4])
        let labels: [Int32] = [2, 0, -1, 1]
        let loss = CrossEntropy(labelSmoothing: smoothing)
        let (losses, gradient) = loss(logits, labels: labels)
        #expect(gradient.shape == logits.shape && losses.count == labels.count)
        for (row, label) in labels.enumerated() {
            let found = Array(gradient.values[row * 3..<row * 3 + 3])
            guard label >= 0 else {
                #expect(losses[row] == 0 && found == [0, 0, 0])
                continue
            }
            var target = Tensor(shape: [1, 3], repeating: 0)
            target[0, Int(label)] = 1
            let expected = loss(Tensor(shape: [1, 3], Array(logits.values[row * 3..<row * 3 + 3])), target)
            #expect(abs(losses[row] - expected.losses[0]) < 1e-6, "row \(row)")
            #expect(zip(found, expected.gradient.values).allSatisfy { abs($0 - $1) < 1e-6 }, "row \(row)")
        }
    }

    @Test func binaryCrossEntropyHasTheGradientOfItsLoss() { check(BinaryCrossEntropy().callAsFunction) }

    /// Two logits of 0 cost log 2 each; large ones, right and wrong, 0 and themselves.
    @Test func binaryCrossEntropyOfKnownLogits() {
        let (losses, gradient) = BinaryCrossEntropy()(
            Tensor(shape: [2, 2], [0, 0, 3000, -3000]), Tensor(shape: [2, 2], [0, 1, 0, 0]))
        #expect(abs(losses[0] - log(2)) < 1e-12 && losses[1] == 1500)
        #expect(gradient.values == [0.25, -0.25, 0.5, 0])
    }

    @Test func cosineDistanceHasTheGradientOfItsLoss() { check(CosineDistance().callAsFunction) }

    /// Nothing between vectors of one direction, 1 at a right angle, 2 between opposites; vectors of zeros have none.
    @Test func cosineDistanceOfKnownVectors() {
        let (losses, gradient) = CosineDistance()(
            Tensor(shape: [4, 2], [1, 2, 3, 0, 1, 1, 0, 0]), Tensor(shape: [4, 2], [2, 4, 0, 5, -2, -2, 1, 1]))
        #expect(zip(losses, [0, 1, 2, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(zip(gradient.values, [0, 0, 0, -1.0 / 3, 0, 0, 0, 0]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
    }

    @Test func meanSquaredErrorHasTheGradientOfItsLoss() { check(MeanSquaredError().callAsFunction) }

    /// Of four equally likely classes each costs log 4; Double's logarithm is exact to its last bits.
    @Test func crossEntropyOfEqualLogits() {
        let (losses, _) = CrossEntropy(labelSmoothing: 0.1)(
            Tensor(shape: [1, 4], repeating: 3), Tensor(shape: [1, 4], [0, 1, 0, 0]))
        #expect(abs(losses[0] - log(4)) < 1e-12)
    }

    /// With s = 0.2 and two classes the targets are 0.9 and 0.1; log p = (-log(1 + e⁻¹), -1 - log(1 + e⁻¹)).
    @Test func smoothingSpreadsTheTargets() {
        let (losses, _) = CrossEntropy(labelSmoothing: 0.2)(
            Tensor(shape: [1, 2], [1, 0]), Tensor(shape: [1, 2], [1, 0]))
        #expect(abs(losses[0] - (log(1 + exp(-1)) + 0.1)) < 1e-7, "the share is a Float")
    }

    @Test func largeLogitsDoNotOverflow() {
        let (losses, gradient) = CrossEntropy()(
            Tensor(shape: [1, 2], [3000, -3000]), Tensor(shape: [1, 2], [0, 1]))
        #expect(losses == [6000] && gradient.values == [1, -1])
    }

    @Test func meanSquaredErrorIsTheMeanOfARow() {
        let (losses, _) = MeanSquaredError()(
            Tensor(shape: [2, 2], [1, 2, 3, 4]), Tensor(shape: [2, 2], [1, 4, 0, 4]))
        #expect(losses == [2, 4.5])
    }

    /// A target that is not known has no loss and no gradient, and the others of its row are averaged without it.
    @Test func meanSquaredErrorLeavesUnknownTargetsOut() {
        let (losses, gradient) = MeanSquaredError()(
            Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]), Tensor(shape: [2, 3], [0, .nan, 5, .nan, .nan, .nan]))
        #expect(losses == [2.5, 0])
        #expect(gradient.values == [1, 0, -2, 0, 0, 0])
    }
}
