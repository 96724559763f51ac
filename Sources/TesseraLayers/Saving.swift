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
        var stacked: [String: [Tensor]] = [:]
        for (name, tensor) in zip(parameters.names, parameters.tensors) {
            let source = names.sources(of: name)[0]
            guard source.partCount > 1 else {
                result.append((source.name, source.laidOut(tensor.reshaped(shape(name, tensor.shape)))))
                continue
            }
            stacked[source.name, default: []].append(tensor)
            guard let parts = stacked[source.name], parts.count == source.partCount else { continue }
            let rows = parts.reduce(0) { $0 + $1.shape[0] }
            let values = parts.flatMap(\.values)
            let whole = Tensor(shape: [rows] + tensor.shape.dropFirst(), values)
            result.append((source.name, source.laidOut(whole)))
        }
        return result
    }
}

extension TensorNames.Source {
    /// The tensor as the checkpoint holds it.
    fileprivate func laidOut(_ tensor: Tensor) -> Tensor {
        isTransposed && tensor.rank == 2 ? tensor.transposed() : tensor
    }
}
