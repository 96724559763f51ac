internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// A model's adapters, and what is trained beside them, as PEFT's files hold them.
struct PublishedAdapters {
    /// Under PEFT's names.
    private(set) var tensors: [(name: String, tensor: Tensor)] = []
    /// The layers that adapters are beside, by the last part of their names.
    private(set) var targets: Set<String> = []
    /// How many of our adapters are one there: where files hold several of our matrices in one, which has all their ranks.
    private(set) var joinedCount = 1
    /// Whether the matrices lie in files as `[input, output]`.
    private(set) var isTransposed = false

    /// - Parameters:
    ///   - network: with adapters.
    ///   - names: what the family's checkpoints call its parameters.
    ///   - others: the parts that are trained beside the adapters.
    init(_ network: some Layer, names: TensorNames, others: [String]) {
        var copy = network
        let parameters = copy.takeParameters()
        var matrices: [(name: String, parts: [Part])] = []
        for (name, tensor) in zip(parameters.names, parameters.tensors) {
            var path = name.split(separator: ".").map(String.init)
            if let place = path.firstIndex(of: "adapter") {
                let isDown = path[place + 1] == "down"
                path.replaceSubrange(place..., with: ["weight"])
                let source = names.sources(of: path.joined(separator: "."))[0]
                if matrices.last?.name != source.name { matrices.append((source.name, [])) }
                let last = matrices.count - 1
                if isDown {
                    matrices[last].parts.append(Part(source: source, down: tensor, up: tensor))
                } else {
                    matrices[last].parts[matrices[last].parts.count - 1].up = tensor
                }
            } else if path.contains(where: others.contains) {
                tensors.append((name: "base_model.model." + names.sources(of: name)[0].name, tensor: tensor))
            }
        }
        for (name, parts) in matrices { add(name, parts) }
    }

    /// The adapter of one of our matrices.
    private struct Part {
        let source: TensorNames.Source
        let down: Tensor
        var up: Tensor
    }

    private mutating func add(_ name: String, _ parts: [Part]) {
        let layer = name.split(separator: ".").dropLast().map(String.init)
        targets.insert(layer.last ?? "")
        (joinedCount, isTransposed) = (parts.count, parts[0].source.isTransposed)
        let (down, up) = parts[0].source.partCount == 1 ? (parts[0].down, parts[0].up) : Self.joined(parts)
        for (factor, tensor) in [("lora_A", down), ("lora_B", up)] {
            let name = (["base_model.model"] + layer + [factor, "weight"]).joined(separator: ".")
            tensors.append((name: name, tensor: tensor))
        }
    }

    /// Adapters of parts of a matrix as one of the whole: the rows of their A after each other, and the columns of their B, each of which
    /// has numbers in the rows of its own part alone.
    private static func joined(_ parts: [Part]) -> (down: Tensor, up: Tensor) {
        let ranks = parts.reduce(0) { $0 + $1.down.shape[0] }
        let down = Tensor(shape: [ranks, parts[0].down.shape[1]], parts.flatMap(\.down.values))
        let rows = parts[0].up.shape[0] * parts[0].source.partCount
        var up = [Float](repeating: 0, count: rows * ranks)
        var column = 0
        for part in parts {
            let (values, rank) = (part.up.values, part.up.shape[1])
            for (own, row) in part.source.rowsOfPart(of: rows).enumerated() {
                up.replaceSubrange(
                    row * ranks + column..<row * ranks + column + rank, with: values[own * rank..<(own + 1) * rank])
            }
            column += rank
        }
        return (down, Tensor(shape: [rows, ranks], up))
    }
}
