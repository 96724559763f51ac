internal import TesseraLayers
internal import TesseraTensor

/// An exponential moving average of a model's weights (Polyak & Juditsky, 1992), which often validates better than the
/// weights of any single step.
struct WeightAverage<Model: Layer>: Sendable {
    /// At most how much of the average is kept a step.
    let decay: Double
    private(set) var model: Trainable<Model>

    init(of model: Trainable<Model>, decay: Double) {
        self.model = model
        self.decay = decay
    }

    /// - Parameters:
    ///   - isFrozen: for each parameter whether it stays as it is. Its average is itself, and shares its memory.
    ///   - step: counted from 1. While it is small less is kept, so that the average forgets its random start.
    mutating func move(toward parameters: Parameters, isFrozen: [Bool], step: Int) {
        let kept = min(decay, Double(1 + step) / Double(10 + step))
        var average = model.takeParameters()
        for index in average.tensors.indices where !isFrozen[index] {
            average.tensors[index].move(toward: parameters.tensors[index], by: Float(1 - kept))
        }
        model.put(average)
    }
}
