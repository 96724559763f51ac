internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension VisionTransformer {
    /// Starts a model that no checkpoint fills where trained ones end up (Trockman & Kolter, 2023, Mimetic Initialization of
    /// Self-Attention Layers): queries and keys alike, so that a patch attends to those with a like position and content, and
    /// values undone by the output projection up to the sign, which makes a block a filter of differences. Positions are
    /// sinusoids of row and column, and patches enter with the same order of magnitude.
    ///
    /// On small data sets the paper gains several percent of accuracy by it: a Transformer has to find out from the data alone
    /// that neighbouring patches belong together.
    mutating func initializeMimetically(random: RandomGenerator) {
        for index in encoder.blocks.indices {
            encoder.blocks[index].attention.initializeMimetically(random: random.part(index))
        }
        guard let table = positions else { return }
        let leading = configuration.classTokenCount
        var positionTable = Tensor(shape: table.shape, repeating: 0)
        positionTable.addRows(
            sinusoidalPositions2D(
                rows: configuration.gridRows, columns: configuration.gridColumns, hiddenSize: table.shape[1]),
            at: Array(leading..<table.shape[0]))
        positionTable *= 0.5
        positions = positionTable
        let inputs = patchEmbedding.projection.weight.shape[1]
        patchEmbedding.projection.weight.withDense { weight in
            var random = random.part(-1)
            weight = normal(weight.shape, deviation: 1 / Float(inputs).squareRoot(), &random)
        }
    }
}

extension MultiHeadAttention {
    /// W_qᵀ W_k ≈ 0.5 I for each head, and W_o W_v ≈ -0.4 (I + Z), with Z of random elements of variance 1 / hidden.
    fileprivate mutating func initializeMimetically(random: RandomGenerator) {
        let (inner, hidden) = (query.weight.shape[0], query.weight.shape[1])
        var random = random
        // A random map to `size` dimensions keeps inner products in expectation.
        let size = Float(inner / headCount)
        let shared = normal([inner, hidden], deviation: (0.5 / size).squareRoot(), &random)
        query.weight.withDense { $0 = shared }
        key.weight.withDense { $0 = shared }
        let rotation = randomOrthogonal(inner, hidden, &random)
        value.weight.withDense { $0 = rotation }
        output.weight.withDense { weight in
            weight = rotation.transposed()
            weight *= -0.4
            weight += normal([hidden, inner], deviation: 0.4 / Float(hidden).squareRoot(), &random)
        }
    }
}

/// Rows that are orthogonal to each other and of length 1, `[rows, columns]`, by Gram and Schmidt's method; rows beyond the
/// number of columns start anew.
private func randomOrthogonal(_ rows: Int, _ columns: Int, _ random: inout RandomGenerator) -> Tensor {
    var basis: [[Float]] = []
    for row in 0..<rows {
        var vector = (0..<columns).map { _ in random.nextNormal() }
        for other in basis.suffix(row % columns) {
            let product = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
            for column in vector.indices { vector[column] -= product * other[column] }
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        basis.append(vector.map { $0 / length })
    }
    return Tensor(shape: [rows, columns], basis.flatMap(\.self))
}

private func normal(_ shape: [Int], deviation: Float, _ random: inout RandomGenerator) -> Tensor {
    Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in deviation * random.nextNormal() })
}
