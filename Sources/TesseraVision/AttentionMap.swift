public import TesseraFiles
public import TesseraImage
internal import TesseraTensor

/// Where in a picture the model looks: a weight for each patch.
public struct AttentionMap: Sendable {
    /// Whose attention is shown.
    public enum Kind: Sendable, Equatable {
        /// All layers together: the product of their attention, averaged over heads, with the residual connection as the
        /// identity (attention rollout, Abnar & Zuidema, 2020).
        case rollout
        /// One head of one layer, both counted from 0.
        case head(layer: Int, head: Int)
    }

    /// Patches in a column and in a row.
    public let rows, columns: Int
    /// What the model's output takes from each patch, row by row.
    public let weights: [Float]
}

extension ImageClassifier {
    /// Where the model looks when it classifies `picture`: the attention of its class token, or, where the head reads the
    /// mean of the patches, of all patches.
    ///
    /// The map covers what the processor leaves of the picture: `processor.resizedAndCropped(picture)`.
    public func attentionMap(_ picture: RGBImage, _ kind: AttentionMap.Kind = .rollout) throws(FileError)
        -> AttentionMap
    {
        attentionMap(prepared: try processor.prepared(picture), kind)
    }

    /// Where the model looks in a picture that the processor has resized and cropped: `processor.prepared(picture)`, or
    /// `ClassifiedImage.image`.
    public func attentionMap(prepared image: RGBImage, _ kind: AttentionMap.Kind = .rollout) -> AttentionMap {
        threads.run { map(of: image, kind) }
    }

    private func map(of image: RGBImage, _ kind: AttentionMap.Kind) -> AttentionMap {
        let pixels = processor.pixelValues(prepared: [image])
        let (rows, columns) = model.grid(of: pixels)
        let leading = model.configuration.leadingTokenCount
        let tokens = leading + rows * columns
        let matrix: [Float]
        switch kind {
        case .rollout:
            let layers = model.attentionProbabilities(pixels, layers: 0..<model.configuration.layerCount)
            matrix = layers.reduce(identity(tokens)) { product, layer in
                multiply(withResidual(headMean(layer)), product, tokens)
            }
        case .head(let layer, let head):
            let heads = model.configuration.block.headCount
            precondition(layer < model.configuration.layerCount && head < heads, "no such layer or head")
            let probabilities = model.attentionProbabilities(pixels, layers: layer..<layer + 1)[0]
            matrix = Array(probabilities.values[head * tokens * tokens..<(head + 1) * tokens * tokens])
        }
        let queries = model.configuration.pooling == .normalizedMean ? leading..<tokens : 0..<1
        let weights = (leading..<tokens).map { key in
            queries.reduce(Float(0)) { $0 + matrix[$1 * tokens + key] } / Float(queries.count)
        }
        return AttentionMap(rows: rows, columns: columns, weights: weights)
    }
}

/// The mean over heads of one picture's attention `[1, heads, tokens, tokens]`.
private func headMean(_ probabilities: Tensor) -> [Float] {
    let heads = probabilities.shape[1]
    let count = probabilities.count / heads
    return probabilities.withValues { values in
        (0..<count).map { index in
            (0..<heads).reduce(Float(0)) { $0 + values[$1 * count + index] } / Float(heads)
        }
    }
}

/// Half the attention and half the identity: what a token keeps through the residual connection.
private func withResidual(_ attention: [Float]) -> [Float] {
    let tokens = Int(Double(attention.count).squareRoot())
    var result = attention.map { $0 / 2 }
    for token in 0..<tokens { result[token * tokens + token] += 0.5 }
    return result
}

private func identity(_ size: Int) -> [Float] {
    (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 }
}

private func multiply(_ a: [Float], _ b: [Float], _ size: Int) -> [Float] {
    var result = [Float](repeating: 0, count: size * size)
    for row in 0..<size {
        for middle in 0..<size {
            let factor = a[row * size + middle]
            for column in 0..<size { result[row * size + column] += factor * b[middle * size + column] }
        }
    }
    return result
}
