package import TesseraLayers
package import TesseraTensor

/// A start where trained models end up (Trockman & Kolter, 2023, Mimetic Initialization of Self-Attention Layers), for those that no
/// checkpoint fills: queries and keys alike, so that a patch attends to those with a like position and content, and values undone by
/// the output projection up to the sign, which makes a block a filter of differences. Positions are sinusoids of row and column, and
/// patches enter with the same order of magnitude.
///
/// On small data sets the paper gains several percent of accuracy by it: a Transformer has to find out from the data alone that
/// neighbouring patches belong together.
extension Encoder {
    /// Starts the attention of every block so.
    package mutating func initializeMimetically(random: RandomGenerator) {
        for index in blocks.indices { blocks[index].attention.initializeMimetically(random: random.part(index)) }
    }

    /// The positions of some tokens that lead, which have none, and of the patches of a grid, `[leading + rows * columns, hidden]`.
    package static func mimeticPositions(leading: Int, rows: Int, columns: Int, hiddenSize: Int) -> Tensor {
        var table = Tensor(shape: [leading + rows * columns, hiddenSize], repeating: 0)
        table.addRows(
            sinusoidalPositions2D(rows: rows, columns: columns, hiddenSize: hiddenSize),
            at: Array(leading..<leading + rows * columns))
        table *= 0.5
        return table
    }
}

extension PatchEmbedding {
    /// Starts it so that patches enter with the order of magnitude of their positions.
    package mutating func initializeMimetically(random: RandomGenerator) {
        let inputs = projection.weight.shape[1]
        projection.weight.withDense { weight in
            var random = random
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
