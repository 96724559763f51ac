package import TesseraTensor

/// Whose attention is shown.
public enum AttentionKind: Sendable, Equatable {
    /// All layers together: of tokens that attend to each other the product of the layers' attention, averaged over heads, with the
    /// residual connection as the identity (attention rollout, Abnar & Zuidema, 2020); of tokens that attend to those of another
    /// sequence the mean of all heads.
    case allLayers
    /// One head of one layer, both counted from 0.
    case head(layer: Int, head: Int)

    /// The layers whose attention it takes, of so many.
    package func layers(of count: Int) -> Range<Int> {
        switch self {
        case .allLayers: return 0..<count
        case .head(let layer, _):
            precondition((0..<count).contains(layer), "there is no layer \(layer)")
            return layer..<layer + 1
        }
    }

    /// What each query takes from each key, row by row, `[queries, keys]`.
    ///
    /// - Parameters:
    ///   - layers: what the heads of these layers take, of each layer `[heads, queries, keys]`: those of `layers(of:)`.
    ///   - isWithinSequence: whether the tokens attend to each other.
    package func weights(of layers: [Tensor], isWithinSequence: Bool) -> [Float] {
        switch self {
        case .allLayers where isWithinSequence: return rollout(layers)
        case .allLayers: return mean(layers.map(headMean))
        case .head(_, let head):
            precondition((0..<layers[0].shape[0]).contains(head), "there is no head \(head)")
            return layers[0].rows(head..<head + 1).values
        }
    }
}

private func rollout(_ layers: [Tensor]) -> [Float] {
    let tokens = layers[0].shape[1]
    let identity = (0..<tokens * tokens).map { $0 % (tokens + 1) == 0 ? Float(1) : 0 }
    return layers.reduce(identity) { product, layer in
        multiply(withResidual(headMean(layer), tokens), product, tokens)
    }
}

/// The mean over heads of `[heads, queries, keys]`.
private func headMean(_ probabilities: Tensor) -> [Float] {
    let heads = probabilities.shape[0]
    let count = probabilities.count / heads
    return probabilities.withValues { values in
        mean((0..<heads).map { Array(values[$0 * count..<($0 + 1) * count]) })
    }
}

private func mean(_ lists: [[Float]]) -> [Float] {
    lists[0].indices.map { index in lists.reduce(0) { $0 + $1[index] } / Float(lists.count) }
}

/// Half the attention and half the identity: what a token keeps through the residual connection.
private func withResidual(_ attention: [Float], _ tokens: Int) -> [Float] {
    var result = attention.map { $0 / 2 }
    for token in 0..<tokens { result[token * tokens + token] += 0.5 }
    return result
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
