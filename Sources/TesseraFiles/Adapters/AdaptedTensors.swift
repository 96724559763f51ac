internal import TesseraTensor

/// The tensors of a model with those of an adapter in PEFT's format: matrices get `s B A` added (Hu et al., 2022, LoRA), and what the
/// adapter holds whole stands in place of the model's.
struct AdaptedTensors: TensorContainer {
    private let base: any TensorContainer
    private let adapter: Safetensors
    private let settings: AdapterSettings
    /// By the base's names: the adapter's A and B, and its own name of the layer.
    private let factors: [String: (down: String, up: String, layer: String)]
    /// By the base's names: what stands in place of a tensor.
    private let replaced: [String: String]
    let names: [String]
    var path: String { base.path }

    /// - Throws: `FileError` naming the tensor that fits none of the model's.
    init(_ base: any TensorContainer, _ adapter: Safetensors, _ settings: AdapterSettings) throws(FileError) {
        var factors: [String: (down: String, up: String, layer: String)] = [:]
        var replaced: [String: String] = [:]
        for name in adapter.names {
            let part = AdapterPart(name)
            let known =
                base.contains(part.target) ? part.target : part.bareTarget.flatMap { base.contains($0) ? $0 : nil }
            switch part.kind {
            case .whole: replaced[known ?? part.target] = name
            case .down:
                guard let known, adapter.contains(part.partner) else {
                    throw adapter.refusal(name, "is for a matrix that the model does not have")
                }
                try Self.check(
                    base.shape(of: known), adapter.shape(of: name), adapter.shape(of: part.partner), settings, name,
                    adapter)
                factors[known] = (name, part.partner, part.layer)
            case .up:
                guard adapter.contains(part.partner) else { throw adapter.refusal(name, "lacks its other half") }
            case .unknown: throw adapter.refusal(name, "is of a kind that is not supported")
            }
        }
        (self.base, self.adapter, self.settings) = (base, adapter, settings)
        (self.factors, self.replaced) = (factors, replaced)
        names = base.names + replaced.keys.filter { !base.contains($0) }.sorted()
    }

    private static func check(
        _ base: [Int]?, _ down: [Int]?, _ up: [Int]?, _ settings: AdapterSettings, _ name: String,
        _ adapter: Safetensors
    ) throws(FileError) {
        guard let base, let down, let up, base.count == 2, down.count == 2, up.count == 2, down[0] == up[1],
            down[0] > 0, [up[0], down[1]] == (settings.isTransposed ? base.reversed() : base)
        else { throw adapter.refusal(name, "has not the sizes of the model's matrix") }
    }

    func shape(of name: String) -> [Int]? { replaced[name].flatMap(adapter.shape) ?? base.shape(of: name) }

    func path(of name: String) -> String { replaced[name] == nil ? base.path(of: name) : adapter.path }

    func readTensor(_ name: String) throws(FileError) -> Tensor {
        if let own = replaced[name] { return try adapter.readTensor(own) }
        var tensor = try base.readTensor(name)
        guard let (down, up, layer) = factors[name] else { return tensor }
        let (a, b) = (try adapter.readTensor(down), try adapter.readTensor(up))
        let scale = settings.scale(rank: a.shape[0], of: layer)
        tensor.addProduct(
            of: settings.isTransposed ? a.transposed() : b, with: settings.isTransposed ? b.transposed() : a, scale)
        return tensor
    }

    func readStored(_ name: String) throws(FileError) -> StoredTensor {
        if let own = replaced[name] { return try adapter.readStored(own) }
        return factors[name] == nil ? try base.readStored(name) : StoredTensor(try readTensor(name))
    }
}

extension Safetensors {
    fileprivate func refusal(_ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "tensor \(name.quoted)")
    }
}

extension Tensor {
    /// Adds `scale · left · right` of `[rows, rank]` and `[rank, columns]`.
    fileprivate mutating func addProduct(of left: Tensor, with right: Tensor, _ scale: Float) {
        let (rank, columns) = (right.shape[0], right.shape[1])
        left.withValues { left in
            right.withValues { right in
                withMutableValues { values in
                    for row in 0..<values.count / max(1, columns) {
                        for inner in 0..<rank {
                            let factor = scale * left[row * rank + inner]
                            for column in 0..<columns {
                                values[row * columns + column] += factor * right[inner * columns + column]
                            }
                        }
                    }
                }
            }
        }
    }
}
