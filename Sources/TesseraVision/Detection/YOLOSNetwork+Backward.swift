package import TesseraLayers
package import TesseraTensor

extension YOLOSNetwork {
    /// What the backward pass needs of the forward pass.
    package struct Saved: Sendable {
        fileprivate let backbone: VisionTransformer.StatesSaved
        fileprivate let labelHead, boxHead: MultilayerPerceptron.Saved
        /// Of the boxes, 0 … 1, `[batch, queries, 4]`
        fileprivate let boxes: Tensor
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to.
    ///   - random: for what `regularization` leaves out.
    package func forward(
        _ pixels: Tensor, for gradient: YOLOSNetwork, regularization: Regularization = .none, random: RandomGenerator
    ) -> (output: DetectionOutput, saved: Saved) {
        let (states, backboneSaved) = backbone.forwardStates(
            pixels, outputTokens: queries.upperBound, for: gradient.backbone, regularization: regularization,
            random: random)
        let tokens = states.tokens(queries)
        let (logits, labelSaved) = labelHead.forward(tokens)
        let (places, boxSaved) = boxHead.forward(tokens)
        let boxes = places.sigmoid()
        let saved = Saved(backbone: backboneSaved, labelHead: labelSaved, boxHead: boxSaved, boxes: boxes)
        return (DetectionOutput(logits: logits, boxes: boxes), saved)
    }

    /// Adds the gradient of every parameter to `gradient`.
    ///
    /// - Parameters:
    ///   - logits: the gradient of the logits, `[batch, queries, labels]`
    ///   - boxes: the gradient of the boxes, `[batch, queries, 4]`
    package func backward(logits: Tensor, boxes: Tensor, _ saved: Saved, into gradient: inout YOLOSNetwork) {
        var tokens = labelHead.backward(logits, saved.labelHead, into: &gradient.labelHead)
        // With s = sigmoid(x): ds / dx = s (1 - s).
        let values = zip(boxes.values, saved.boxes.values).map { $0 * $1 * (1 - $1) }
        tokens += boxHead.backward(Tensor(shape: boxes.shape, values), saved.boxHead, into: &gradient.boxHead)
        var states = Tensor(shape: [tokens.shape[0], queries.upperBound, tokens.shape[2]], repeating: 0)
        states.add(tokens, atTokensFrom: queries.lowerBound)
        backbone.backwardStates(states, saved.backbone, into: &gradient.backbone)
    }
}

extension MultilayerPerceptron {
    /// What the backward pass needs of the forward pass.
    struct Saved: Sendable {
        /// What each layer was applied to, and what it gave before the activation, `[…, size]`
        fileprivate var inputs: [Tensor] = []
        fileprivate var outputs: [Tensor] = []
    }

    /// The forward pass of a training; see `callAsFunction`.
    func forward(_ x: Tensor) -> (output: Tensor, saved: Saved) {
        var (x, saved) = (x, Saved())
        for (index, layer) in layers.enumerated() {
            saved.inputs.append(x)
            saved.outputs.append(layer(x))
            x = index < layers.count - 1 ? activation(saved.outputs[index]) : saved.outputs[index]
        }
        return (x, saved)
    }

    /// - Parameter outputGradient: `[…, output]`
    /// - Returns: dx, `[…, input]`
    func backward(_ outputGradient: Tensor, _ saved: Saved, into gradient: inout MultilayerPerceptron) -> Tensor {
        var x = outputGradient
        for index in layers.indices.reversed() {
            if index < layers.count - 1 { x = activation.backward(x, input: saved.outputs[index]) }
            x = layers[index].backward(x, input: saved.inputs[index], into: &gradient.layers[index])
        }
        return x
    }
}
