import TesseraLayers
import TesseraTensor
import TesseraTraining
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Every update of a training against PyTorch's formulas, written out in Double.
@Suite struct OptimizerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var settings = TrainingSettings()

        init(_ name: String, _ optimizer: Optimizer, _ change: (inout TrainingSettings) -> Void = { _ in }) {
            testDescription = name
            settings.epochs = 12
            settings.batchSize = 5
            settings.microBatchSize = 2
            settings.learningRate = 0.05
            settings.clipNorm = nil
            settings.optimizer = optimizer
            settings.schedule = Schedule(.cosine(finalShare: 0.1), warmUpSteps: 3)
            change(&settings)
        }
    }

    static let cases = [
        Case("AdamW", .adamW(AdamW(weightDecay: 0.1))),
        Case("AdamW, all parameters decay", .adamW(AdamW(beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3))) {
            $0.weightDecayGroup = .all
        },
        Case("AdamW, clipped", .adamW(AdamW(weightDecay: 0.1))) { $0.clipNorm = 0.5 },
        Case("AdamW, frozen and chosen", .adamW(AdamW(weightDecay: 0.2))) {
            $0.clipNorm = 0.5
            $0.frozen = ["blocks.matrix"]
            $0.weightDecayGroup = .chosen { name, shape in name == "token" && shape == [2] }
        },
        Case("gradient descent", .sgd(SGD(momentum: 0, weightDecay: 0.1))),
        Case("momentum", .sgd(SGD(momentum: 0.9, weightDecay: 0.1))) { $0.clipNorm = 2 },
        Case("Nesterov's momentum", .sgd(SGD(momentum: 0.8, isNesterov: true, weightDecay: 0.1))) {
            $0.weightDecayGroup = .all
        },
        Case("a frozen parameter", .sgd(SGD(momentum: 0.9, weightDecay: 0.1))) { $0.frozen = ["blocks.matrix.bias"] },
        Case("Muon", .muon(Muon(momentum: 0.9, adamW: AdamW(weightDecay: 0.1)))) { $0.clipNorm = 1 },
    ]

    /// Some 20 roundings of 6e-8 a step are what Float adds to Double, over 12 steps of values below 1.
    static let tolerance = 5e-6

    @Test(arguments: cases)
    func weightsFollowTheFormulas(_ `case`: Case) throws {
        var trainer = try Trainer(Slope(), model: Trainable(Slopes()), data: Scales(), settings: `case`.settings)
        let trained = try trainer.run().model
        check(trained, Reference(`case`.settings).run().weights)
    }

    @Test(arguments: [0.5, 0.99])
    func theAverageForgetsItsStartAndFollows(decay: Double) throws {
        var settings = Self.cases[0].settings
        settings.averageDecay = decay
        var trainer = try Trainer(Slope(), model: Trainable(Slopes()), data: Scales(), settings: settings)
        check(try trainer.run().model, Reference(settings).run().average)
    }

    @Test func aNameThatFreezesNothingIsRefused() {
        var settings = TrainingSettings()
        settings.frozen = ["blocks.matrix.weigh"]
        #expect(throws: TrainingError.nothingToFreeze("blocks.matrix.weigh")) {
            try Trainer(Slope(), model: Trainable(Slopes()), data: Scales(), settings: settings)
        }
    }

    @Test func toFreezeEverythingIsRefused() {
        var settings = TrainingSettings()
        settings.frozen = ["blocks", "token"]
        #expect(throws: TrainingError.nothingToTrain) {
            try Trainer(Slope(), model: Trainable(Slopes()), data: Scales(), settings: settings)
        }
    }

    private func check(_ model: Trainable<Slopes>, _ expected: [[Double]]) {
        var model = model
        for (tensor, expected) in zip(model.takeParameters().tensors, expected) {
            for (value, expected) in zip(tensor.values, expected) {
                #expect(abs(Double(value) - expected) < Self.tolerance)
            }
        }
    }
}

/// A model whose loss is linear in its parameters, so that every gradient is known.
private struct Slopes: Layer {
    var matrix = Linear(dense: Tensor(shape: [2, 2], [0.5, -0.25, 1, 0.75]), bias: Tensor(shape: [2], [0.1, -0.2]))
    var token = Tensor(shape: [2], [-0.5, 0.3])

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("blocks.matrix", &matrix)
        try visitor.visit("token", &token, as: .token)
    }

    /// The derivative of a sample's loss by element `element` of parameter `parameter`, divided by the sample's scale.
    static func slope(_ parameter: Int, _ element: Int) -> Double {
        [[0.5, -1, 0.25, 2], [1, -0.5], [-0.75, 0.125]][parameter][element]
    }
}

private struct ScaleBatch: TrainingBatch {
    var scales: [Float]
    var count: Int { scales.count }
    func samples(_ range: Range<Int>) -> ScaleBatch { ScaleBatch(scales: Array(scales[range])) }
}

/// Five samples whose scales change from epoch to epoch.
private struct Scales: TrainingData {
    let sampleCount = 5

    static func scale(_ sample: Int, _ epoch: Int) -> Float { 0.25 * Float(sample - 1) + 0.5 * Float(epoch % 4 - 1) }

    func batch(_ samples: [Int], epoch: Int) -> ScaleBatch {
        ScaleBatch(scales: samples.map { Scales.scale($0, epoch) })
    }
}

private struct Slope: TrainingObjective {
    func accumulate(
        _ model: Slopes, _ batch: ScaleBatch, scale: Float, random: RandomGenerator, into gradient: inout Slopes
    ) -> LossReport {
        var parameters = gradient.takeParameters()
        for (parameter, tensor) in parameters.tensors.enumerated() where tensor.isWanted {
            var sum = tensor
            sum.withMutableValues { values in
                for element in values.indices {
                    for sample in batch.scales {
                        values[element] += scale * sample * Float(Slopes.slope(parameter, element))
                    }
                }
            }
            parameters.tensors[parameter] = sum
        }
        gradient.put(parameters)
        return LossReport(sampleCount: batch.count)
    }

    func evaluate(_ model: Slopes, _ batch: ScaleBatch) -> LossReport { LossReport(sampleCount: batch.count) }
}

/// The same training in Double.
private struct Reference {
    let settings: TrainingSettings
    var weights: [[Double]] = [[0.5, -0.25, 1, 0.75], [0.1, -0.2], [-0.5, 0.3]]
    var average: [[Double]] = [[0.5, -0.25, 1, 0.75], [0.1, -0.2], [-0.5, 0.3]]

    init(_ settings: TrainingSettings) { self.settings = settings }

    func run() -> Reference {
        var result = self
        var first = weights.map { $0.map { _ in 0.0 } }
        var second = first
        for step in 0..<settings.epochs { result.update(step, &first, &second) }
        return result
    }

    private mutating func update(_ step: Int, _ first: inout [[Double]], _ second: inout [[Double]]) {
        let names = ["blocks.matrix.weight", "blocks.matrix.bias", "token"]
        let mean = (0..<5).map { Double(Scales.scale($0, step)) }.reduce(0, +) / 5
        let isFrozen = names.map { name in settings.frozen.contains { name.hasPrefix($0) } }
        var squares = 0.0
        for p in weights.indices where !isFrozen[p] {
            for i in weights[p].indices { squares += (mean * Slopes.slope(p, i)) * (mean * Slopes.slope(p, i)) }
        }
        let clip = settings.clipNorm.map { min(1, Double($0) / (squares.squareRoot() + 1e-6)) } ?? 1
        let warmUp = 3
        let progress = Double(step - warmUp) / Double(settings.epochs - warmUp)
        let share = step < warmUp ? Double(step + 1) / Double(warmUp) : 0.1 + 0.45 * (1 + cos(.pi * progress))
        let rate = Double(settings.learningRate) * share
        for p in weights.indices where !isFrozen[p] {
            let decays =
                switch settings.weightDecayGroup {
                case .matrices: p == 0
                case .all: true
                case .chosen: p == 2
                }
            if case .muon(let muon) = settings.optimizer, p == 0 {
                moveMatrix(muon, (0..<4).map { clip * mean * Slopes.slope(0, $0) }, &first[0], rate, decays: decays)
                continue
            }
            for i in weights[p].indices {
                let g = clip * mean * Slopes.slope(p, i)
                move(&weights[p][i], g, &first[p][i], &second[p][i], rate: rate, decays: decays, t: Double(step + 1))
            }
        }
        let kept = min(settings.averageDecay ?? 0, Double(2 + step) / Double(11 + step))
        for p in weights.indices {
            for i in weights[p].indices { average[p][i] = kept * average[p][i] + (1 - kept) * weights[p][i] }
        }
    }

    /// The matrix of two rows and columns; its orthogonal factor comes from five steps of `X ← a X + (b A + c A²) X`.
    private mutating func moveMatrix(
        _ muon: Muon, _ gradient: [Double], _ buffer: inout [Double], _ rate: Double, decays: Bool
    ) {
        func product(_ a: [Double], _ b: [Double]) -> [Double] {
            (0..<4).map { index in
                let (row, column) = (index & 2, index & 1)
                let left: Double = a[row] * b[column]
                return left + a[row + 1] * b[column + 2]
            }
        }
        let momentum = Double(muon.momentum)
        buffer = zip(buffer, gradient).map { momentum * $0 + $1 }
        var x = zip(buffer, gradient).map { $1 + momentum * $0 }
        let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot() + 1e-7
        x = x.map { $0 / norm }
        for _ in 0..<5 {
            let square = product(x, [x[0], x[2], x[1], x[3]])
            let polynomial = zip(square, product(square, square)).map { -4.7750 * $0 + 2.0315 * $1 }
            x = zip(x, product(polynomial, x)).map { 3.4445 * $0 + $1 }
        }
        for i in 0..<4 {
            weights[0][i] *= 1 - rate * (decays ? Double(muon.adamW.weightDecay) : 0)
            weights[0][i] -= rate * 0.2 * 2.0.squareRoot() * x[i]
        }
    }

    private func move(
        _ w: inout Double, _ gradient: Double, _ first: inout Double, _ second: inout Double, rate: Double,
        decays: Bool, t: Double
    ) {
        let optimizer =
            if case .muon(let muon) = settings.optimizer { Optimizer.adamW(muon.adamW) } else { settings.optimizer }
        switch optimizer {
        case .muon: break
        case .adamW(let o):
            w *= 1 - rate * (decays ? Double(o.weightDecay) : 0)
            first = o.beta1 * first + (1 - o.beta1) * gradient
            second = o.beta2 * second + (1 - o.beta2) * gradient * gradient
            let (m, v) = (first / (1 - pow(o.beta1, t)), second / (1 - pow(o.beta2, t)))
            w -= rate * m / (v.squareRoot() + Double(o.epsilon))
        case .sgd(let o):
            let g = gradient + (decays ? Double(o.weightDecay) * w : 0)
            first = Double(o.momentum) * first + g
            w -= rate * (o.isNesterov ? g + Double(o.momentum) * first : first)
        }
    }
}
