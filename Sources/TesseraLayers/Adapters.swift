internal import TesseraTensor

extension Trainable {
    /// The same model with an adapter beside each matrix in whose name one of `names` stands as a part.
    ///
    /// - Parameters:
    ///   - names: `query`, `value`.
    ///   - rank: the rows of A and the columns of B.
    ///   - scale: what their product is multiplied with.
    ///   - random: where A's numbers come from.
    package func adapted(_ names: Set<String>, rank: Int, scale: Float, random: RandomGenerator) -> Trainable {
        var layers = layers
        var attacher = AdapterAttacher(names: names, rank: rank, scale: scale, random: random)
        layers.visitParameters(&attacher)
        return Trainable(layers)
    }

    /// The same model whose adapters have become parts of their matrices.
    package var merged: Trainable {
        var layers = layers
        var merger = AdapterMerger()
        layers.visitParameters(&merger)
        return Trainable(layers)
    }
}

private struct AdapterAttacher: ParameterVisitor {
    var place = ParameterPlace()
    let names: Set<String>
    let rank: Int
    let scale: Float
    let random: RandomGenerator
    private var count = 0

    init(names: Set<String>, rank: Int, scale: Float, random: RandomGenerator) {
        (self.names, self.rank, self.scale, self.random) = (names, rank, scale, random)
    }

    mutating func enter(_ layer: inout Linear) {
        guard !place.path.contains("adapter"), let name = place.path.last, names.contains(name) else { return }
        layer.adapter = LowRankAdapter(
            rank: rank, scale: scale, matrix: layer.weight.shape, random: random.part(count))
        count += 1
    }

    func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {}
    func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {}
    func visit(_ name: String, _ table: inout Table, _ role: ParameterRole) {}
}

private struct AdapterMerger: ParameterVisitor {
    var place = ParameterPlace()

    func enter(_ layer: inout Linear) {
        guard let product = layer.adapter?.product else { return }
        layer.weight.withDense { $0 += product }
        layer.adapter = nil
    }

    func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {}
    func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {}
    func visit(_ name: String, _ table: inout Table, _ role: ParameterRole) {}
}
