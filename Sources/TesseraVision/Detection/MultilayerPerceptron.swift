package import TesseraLayers
package import TesseraTensor

/// Some linear layers with an activation between them: the head that says where a box is.
package struct MultilayerPerceptron: Layer {
    /// One after the other.
    package var layers: [Linear]

    /// What stands between them.
    let activation: Activation

    /// Layers whose parameters a checkpoint will fill.
    ///
    /// - Parameters:
    ///   - sizes: how many numbers enter, stand between the layers, and leave.
    ///   - activation: what stands between them.
    package init(sizes: [Int], _ activation: Activation = .relu) {
        self.activation = activation
        layers = zip(sizes, sizes.dropFirst()).map { Linear(input: $0, output: $1) }
    }

    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        var x = x
        for (index, layer) in layers.enumerated() {
            x = layer(x, activation: index < layers.count - 1 ? activation : .identity)
        }
        return x
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(
        _ visitor: inout Visitor
    ) throws(Visitor.Failure) {
        try visitor.visit("layers", &layers)
    }
}
