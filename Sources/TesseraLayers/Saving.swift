package import TesseraTensor

extension Layer {
    /// The parameters as a checkpoint holds them: under the first name that `names` has for each, in the shapes that `shape`
    /// gives, stacked where a checkpoint stacks them.
    ///
    /// - Parameter shape: the shape in a checkpoint of the parameter of that name (ours) and shape.
    package func checkpointTensors(
        names: TensorNames, shape: (String, [Int]) -> [Int]
    ) -> [(name: String, tensor: Tensor)] {
        var copy = self
        let parameters = copy.takeParameters()
        var result: [(name: String, tensor: Tensor)] = []
        var stacked: [String: [Tensor]] = [:]
        for (name, tensor) in zip(parameters.names, parameters.tensors) {
            let source = names.sources(of: name)[0]
            guard source.partCount > 1 else {
                result.append((source.name, tensor.reshaped(shape(name, tensor.shape))))
                continue
            }
            stacked[source.name, default: []].append(tensor)
            guard let parts = stacked[source.name], parts.count == source.partCount else { continue }
            let rows = parts.reduce(0) { $0 + $1.shape[0] }
            let values = parts.flatMap(\.values)
            result.append((source.name, Tensor(shape: [rows] + tensor.shape.dropFirst(), values)))
        }
        return result
    }
}
