internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// A model's adapters, and what is trained beside them, as PEFT's files hold them.
struct PublishedAdapters {
    /// Under PEFT's names.
    private(set) var tensors: [(name: String, tensor: Tensor)] = []
    /// The layers that adapters are beside, each name once: the last parts of theirs, as many as tell them from all other layers. And how
    /// many of our adapters are one there: where files hold several of our matrices in one, which has all their ranks.
    private(set) var targets: [(name: String, joinedCount: Int)] = []
    /// Whether the matrices lie in files as `[input, output]`.
    private(set) var isTransposed = false

    /// - Parameters:
    ///   - network: with adapters.
    ///   - names: what the family's checkpoints call its parameters.
    ///   - others: the parts that are trained beside the adapters.
    init(_ network: some Layer, names: TensorNames, others: [String]) {
        var copy = network
        let parameters = copy.takeParameters()
        var layers: Set<[Substring]> = []
        for (name, tensor) in zip(parameters.names, parameters.tensors) where !AdapterOfPart.isPart(name) {
            let published = names.sources(of: name)[0].name
            layers.insert(published.split(separator: ".").dropLast())
            guard name.split(separator: ".").contains(where: { others.contains(String($0)) }) else { continue }
            tensors.append((name: "base_model.model." + published, tensor: tensor))
        }
        let matrices = AdapterOfPart.matrices(of: parameters, names: names)
        for (_, layer) in matrices { layers.remove(layer) }
        for (parts, layer) in matrices { add(parts, of: layer, among: layers) }
        targets.sort { $0.name < $1.name }
    }

    /// - Parameter others: the layers that have no adapters.
    private mutating func add(_ parts: [AdapterOfPart], of layer: [Substring], among others: Set<[Substring]>) {
        let target = Self.shortName(of: layer, among: others)
        if !targets.contains(where: { $0.name == target }) { targets.append((target, parts.count)) }
        isTransposed = parts[0].source.isTransposed
        let (down, up) = parts[0].source.partCount == 1 ? (parts[0].down, parts[0].up) : AdapterOfPart.joined(parts)
        for (factor, tensor) in [("lora_A", down), ("lora_B", up)] {
            let name = (["base_model", "model"] + layer.map(String.init) + [factor, "weight"]).joined(separator: ".")
            tensors.append((name: name, tensor: tensor))
        }
    }

    /// The last parts of a layer's name, as few as none of `others` ends with: PEFT gives adapters to every layer that does.
    private static func shortName(of layer: [Substring], among others: Set<[Substring]>) -> String {
        let count = (1...layer.count).first { count in !others.contains { $0.suffix(count) == layer.suffix(count) } }
        return layer.suffix(count ?? layer.count).joined(separator: ".")
    }
}
