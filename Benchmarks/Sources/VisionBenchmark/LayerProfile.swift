import BenchmarkSupport
import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TesseraVision

/// Where the time of one forward goes: the model's parts, called one by one as the model calls them.
struct LayerProfile {
    /// The parts in the order in which they first run.
    private(set) var parts: [(name: String, milliseconds: Double)] = []

    /// Runs `model` once on `pixels` `[batch, channels, height, width]`.
    ///
    /// Stops the program where the parts give other tokens than the model's encoder: that profile would be of no use.
    init(_ model: VisionTransformer, _ pixels: Tensor) {
        let (rows, columns) = model.grid(of: pixels)
        var x = timed("patch embedding, positions") { model.embedded(pixels) }
        for (index, block) in model.encoder.blocks.enumerated() {
            let table = LayerProfile.relativePositions(of: model, layer: index)
            let bias = timed("relative positions") { table.map { $0(rows: rows, columns: columns) } }
            x = run(block, x, bias)
        }
        if let norm = model.encoder.finalNorm { x = timed("norms") { norm(x) } }
        precondition(x == reference(model, pixels), "the profile does not follow the model's own forward")
    }

    private mutating func run(_ block: TransformerBlock, _ x: Tensor, _ bias: Tensor?) -> Tensor {
        precondition(block.order == .pre, "vision Transformers normalise before each sublayer")
        let normalized = timed("norms") { block.attentionNorm(x) }
        let attention = block.attention
        let (query, key, value) = timed("query, key, value") {
            (attention.query(normalized), attention.key(normalized), attention.value(normalized))
        }
        let context = timed("attention") {
            ScaledDotProductAttention(headCount: attention.headCount, scale: attention.scale)(
                query: query, key: key, value: value, bias: bias)
        }
        let attended = timed("attention output") {
            attention.output(context, scale: block.attentionScale, addingTo: x)
        }
        let second = timed("norms") { block.feedForwardNorm(attended) }
        let feedForward = block.feedForward
        let inner = timed("feed-forward in") {
            guard let gate = feedForward.gate else {
                return feedForward.input(second, activation: feedForward.activation)
            }
            var inner = gate(second, activation: feedForward.activation)
            inner *= feedForward.input(second)
            return inner
        }
        return timed("feed-forward out") {
            feedForward.output(inner, scale: block.feedForwardScale, addingTo: attended)
        }
    }

    private func reference(_ model: VisionTransformer, _ pixels: Tensor) -> Tensor {
        let (rows, columns) = model.grid(of: pixels)
        return model.encoder(model.embedded(pixels)) { index in
            LayerProfile.relativePositions(of: model, layer: index).map { $0(rows: rows, columns: columns) }
        }
    }

    private static func relativePositions(of model: VisionTransformer, layer: Int) -> RelativePositionBias2D? {
        model.relativePositions.isEmpty ? model.sharedRelativePositions : model.relativePositions[layer]
    }

    private mutating func timed<Result>(_ name: String, _ body: () -> Result) -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let result = body()
        let elapsed = (clock.now - start) / .milliseconds(1)
        if let index = parts.firstIndex(where: { $0.name == name }) {
            parts[index].milliseconds += elapsed
        } else {
            parts.append((name, elapsed))
        }
        return result
    }
}
