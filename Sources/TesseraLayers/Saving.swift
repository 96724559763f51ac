package import TesseraTensor

extension Trainable {
    /// The parameters as a checkpoint holds them: under the first name that `names` has for each, in the shapes that `shape`
    /// gives, stacked and transposed where a checkpoint does so.
    ///
    /// - Parameter shape: the shape in a checkpoint of the parameter of that name (ours) and shape.
    package func checkpointTensors(
        names: TensorNames, shape: (String, [Int]) -> [Int]
    ) -> [(name: String, tensor: Tensor)] {
        var copy = layers
        let parameters = copy.takeParameters()
        var result: [(name: String, tensor: Tensor)] = []
        var stacked: [String: [(source: TensorNames.Source, tensor: Tensor)]] = [:]
        for (name, tensor) in zip(parameters.names, parameters.tensors) {
            let source = names.sources(of: name)[0]
            guard source.partCount > 1 else {
                result.append((source.name, source.laidOut(tensor.reshaped(shape(name, tensor.shape)))))
                continue
            }
            stacked[source.name, default: []].append((source, tensor))
            guard let parts = stacked[source.name], parts.count == source.partCount else { continue }
            result.append((source.name, source.laidOut(TensorNames.Source.stacking(parts))))
        }
        return result
    }
}

extension TensorNames.Source {
    /// The tensor whose parts these are, each where its source says.
    fileprivate static func stacking(_ parts: [(source: TensorNames.Source, tensor: Tensor)]) -> Tensor {
        let rows = parts.reduce(0) { $0 + $1.tensor.shape[0] }
        let columns = parts.reduce(0) { $0 + $1.tensor.count } / max(1, rows)
        var places = [Int](repeating: 0, count: rows)
        var next = 0
        for place in parts.flatMap({ $0.source.rowsOfPart(of: rows) }) {
            places[place] = next
            next += 1
        }
        let joined = Tensor(shape: [rows, columns], parts.flatMap(\.tensor.values))
        return joined.gatheringRows(places).reshaped([rows] + parts[0].tensor.shape.dropFirst())
    }

    /// The tensor as the checkpoint holds it.
    fileprivate func laidOut(_ tensor: Tensor) -> Tensor {
        isTransposed && tensor.rank == 2 ? tensor.transposed() : tensor
    }
}
