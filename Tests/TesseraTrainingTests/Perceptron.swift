import Synchronization
import TesseraLayers
import TesseraTensor
import TesseraTraining

/// A small real model: two linear maps with a GELU and dropout between them.
struct Perceptron: Layer {
    var hidden: Linear
    var output: Linear

    init(inputs: Int = 6, hiddenSize: Int = 16, classes: Int = 3) {
        var random = RandomGenerator(seed: 7)
        func layer(_ input: Int, _ output: Int) -> Linear {
            let values = (0..<input * output).map { _ in random.nextNormal() / Float(input).squareRoot() }
            return Linear(
                dense: Tensor(shape: [output, input], values), bias: Tensor(shape: [output], repeating: 0))
        }
        hidden = layer(inputs, hiddenSize)
        output = layer(hiddenSize, classes)
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("hidden", &hidden)
        try visitor.visit("output", &output, as: .head)
    }
}

/// Points with their classes.
struct PointBatch: TrainingBatch {
    /// `[batch, inputs]`
    var points: Tensor
    /// `[batch, classes]`
    var targets: Tensor

    var count: Int { points.shape[0] }

    func samples(_ range: Range<Int>) -> PointBatch {
        PointBatch(points: points.rows(range), targets: targets.rows(range))
    }
}

/// Points around three centres, moved a little anew in every epoch: an augmentation.
struct Points: TrainingData {
    var sampleCount: Int
    var seed: UInt64 = 1
    /// The number of the first batch that cannot be made, counted from 0.
    var failingBatch = Int.max
    /// How far the points move from epoch to epoch.
    var noise: Float = 0.3
    let made = Requests()

    /// What was asked for so far.
    final class Requests: Sendable {
        let list = Mutex<[(samples: [Int], epoch: Int)]>([])
    }

    struct Failure: Error {}

    func batch(_ samples: [Int], epoch: Int) throws -> PointBatch {
        try made.list.withLock { list in
            guard list.count < failingBatch else { throw Failure() }
            list.append((samples, epoch))
        }
        var batch = PointBatch(
            points: Tensor(shape: [samples.count, 6], repeating: 0),
            targets: Tensor(shape: [samples.count, 3], repeating: 0))
        for (row, sample) in samples.enumerated() {
            var random = RandomGenerator(seed: seed, UInt64(sample))
            var movement = RandomGenerator(seed: seed, UInt64(sample), UInt64(epoch))
            for column in 0..<6 {
                let centre: Float = column % 3 == sample % 3 ? 1 : 0
                batch.points[row, column] = centre + 0.5 * random.nextNormal() + noise * movement.nextNormal()
            }
            batch.targets[row, sample % 3] = 1
        }
        return batch
    }
}

/// Cross-entropy of the perceptron's logits.
struct PointClassification: TrainingObjective {
    var dropout: Float = 0.2

    func accumulate(
        _ model: Perceptron, _ batch: PointBatch, scale: Float, random: RandomGenerator,
        into gradient: inout Perceptron
    ) -> LossReport {
        let hidden = model.hidden(batch.points)
        let mask = keptUnits(hidden.shape, random)
        var active = Activation.gelu(hidden)
        active *= mask
        let logits = model.output(active)
        var (losses, logitGradient) = CrossEntropy()(logits, batch.targets)
        logitGradient *= scale
        var activeGradient = model.output.backward(logitGradient, input: active, into: &gradient.output)
        activeGradient *= mask
        model.hidden.accumulate(
            Activation.gelu.backward(activeGradient, input: hidden), input: batch.points, into: &gradient.hidden)
        return report(logits, batch, losses)
    }

    func evaluate(_ model: Perceptron, _ batch: PointBatch) -> LossReport {
        let logits = model.output(Activation.gelu(model.hidden(batch.points)))
        return report(logits, batch, CrossEntropy()(logits, batch.targets).losses)
    }

    private func keptUnits(_ shape: [Int], _ random: RandomGenerator) -> Tensor {
        var values: [Float] = []
        for sample in 0..<shape[0] {
            var random = random.part(sample)
            for _ in 0..<shape[1] { values.append(random.nextUniform() < dropout ? 0 : 1 / (1 - dropout)) }
        }
        return Tensor(shape: shape, values)
    }

    private func report(_ logits: Tensor, _ batch: PointBatch, _ losses: [Double]) -> LossReport {
        let correct = (0..<batch.count).count { row in
            let best = (0..<3).max { logits[row, $0] < logits[row, $1] }!
            return batch.targets[row, best] == 1
        }
        return LossReport(lossSum: losses.reduce(0, +), correctCount: correct, sampleCount: batch.count)
    }
}

extension Trainable {
    /// All parameters by name.
    var parameters: [String: Tensor] {
        var copy = self
        let parameters = copy.takeParameters()
        return Dictionary(uniqueKeysWithValues: zip(parameters.names, parameters.tensors))
    }
}
