internal import TesseraTensor

/// What is added to the matrix of a linear layer that stays as it is: the product of two small ones, `s B A`
/// (Hu et al., 2022, LoRA). It learns in place of the matrix, with a hundredth of its numbers.
public struct LowRankAdapter: Layer {
    /// A, `[rank, input]`, then B, `[output, rank]`: a list, since a layer cannot hold one of its own kind.
    private var layers: [Linear]
    /// s: alpha over the rank.
    public let scale: Float

    /// An adapter that changes nothing yet: B is 0, and A from a normal distribution.
    ///
    /// - Parameter matrix: the shape of the matrix that it is added to, `[output, input]`.
    init(rank: Int, scale: Float, matrix: [Int], random: RandomGenerator) {
        let down = Tensor(unloaded: [rank, matrix[1]])
        layers = [
            Linear(dense: down, bias: nil),
            Linear(dense: Tensor(shape: [matrix[0], rank], repeating: 0), bias: nil),
        ]
        self.scale = scale
        var initializer = Initializer(deviation: 1 / Float(matrix[1]).squareRoot(), random: random)
        layers[0].visitParameters(&initializer)
    }

    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        var y = layers[1](layers[0](x))
        y *= scale
        return y
    }

    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: `[…, input]`
    /// - Returns: dx, `[…, input]`
    func backward(_ outputGradient: Tensor, input: Tensor, into gradient: inout LowRankAdapter) -> Tensor {
        var dy = outputGradient
        dy *= scale
        let inner = layers[1].backward(dy, input: layers[0](input), into: &gradient.layers[1])
        return layers[0].backward(inner, input: input, into: &gradient.layers[0])
    }

    /// `s B A`, `[output, input]`, of an adapter whose matrices are dense.
    var product: Tensor? {
        guard case .dense(let down) = layers[0].weight.form, case .dense(let up) = layers[1].weight.form else {
            return nil
        }
        var product = Linear(weight: down.transposed(), bias: nil)(up)
        product *= scale
        return product
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("down", &layers[0])
        try visitor.visit("up", &layers[1])
    }
}
