package import TesseraTensor

/// Gives the parameters that no checkpoint filled their first values: matrices, tables and tokens from a normal distribution
/// cut at two deviations (as BERT and ViT do), normalisations 1, biases 0.
package struct Initializer: ParameterVisitor {
    package var place = ParameterPlace()
    /// The standard deviation of a parameter of that role and shape, before it is cut.
    private let deviation: (ParameterRole, [Int]) -> Float
    /// Whether numbers further out than two deviations are drawn again.
    private let isCut: Bool
    private let random: RandomGenerator
    private var index = 0

    /// - Parameters:
    ///   - deviation: the standard deviation before it is cut; 0.02 in ViT.
    ///   - isCut: whether numbers further out than two deviations are drawn again.
    ///   - random: each parameter takes its own part.
    package init(deviation: Float, isCut: Bool = true, random: RandomGenerator) {
        self.init(deviation: { _, _ in deviation }, isCut: isCut, random: random)
    }

    /// - Parameters:
    ///   - deviation: the standard deviation before it is cut, of a parameter of that role and shape.
    ///   - isCut: whether numbers further out than two deviations are drawn again.
    ///   - random: each parameter takes its own part.
    package init(
        deviation: @escaping (ParameterRole, [Int]) -> Float, isCut: Bool = true, random: RandomGenerator
    ) {
        (self.deviation, self.isCut, self.random) = (deviation, isCut, random)
    }

    package mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {
        defer { index += 1 }
        guard !parameter.isLoaded else { return }
        switch role.kind {
        case .norm: parameter = Tensor(shape: parameter.shape, repeating: 1)
        case .shift, .bias: parameter = Tensor(shape: parameter.shape, repeating: 0)
        case .constant: break  // They are no first values: who makes the model knows them.
        case .matrix, .table, .token, .position, .scale: parameter = normal(role, parameter.shape)
        }
    }

    package mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        defer { index += 1 }
        guard case .dense(let tensor) = weight.form, !tensor.isLoaded else { return }
        weight.form = .dense(normal(role, tensor.shape))
    }

    private func normal(_ role: ParameterRole, _ shape: [Int]) -> Tensor {
        let deviation = deviation(role, shape)
        var random = random.part(index)
        var tensor = Tensor(uninitialized: shape)
        tensor.withMutableValues { values in
            for index in values.indices {
                var value = random.nextNormal()
                while isCut && abs(value) > 2 { value = random.nextNormal() }
                values[index] = deviation * value
            }
        }
        return tensor
    }
}
