package import TesseraFiles
package import TesseraLayers
internal import TesseraTensor

/// Where gradients differ from the tensors `gradient.NAME` of a reference. Both are float32 and differ by the order of their sums. Errors
/// are shares of the model's largest gradient: a key bias's is zero in exact arithmetic. Where a part is trained alone, it has the same
/// gradient, and what is frozen has none.
///
/// - Parameters:
///   - names: what checkpoints call the parameters.
///   - trained: the layer or parameter that is; all where it is empty.
/// - Returns: a line a parameter, none where all is right; a line too where there was nothing to compare.
package func gradientMismatches(
    _ parameters: Parameters, _ reference: Safetensors, names: TensorNames, wanting trained: String,
    tolerance: Float = 1e-4
) throws -> [String] {
    let expected = try parameters.names.map { name in
        let sources = names.sources(of: name)
        let source = sources.first { reference.contains("gradient." + $0.name) } ?? sources[0]
        return try reference.readTensor("gradient." + source.name).part(source)
    }
    let largest = expected.joined().map(abs).max() ?? 0
    guard parameters.areSomeWanted, largest > 0 else { return ["no gradient is wanted, or all are zero"] }
    return parameters.names.indices.compactMap { index in
        let (name, tensor) = (parameters.names[index], parameters.tensors[index])
        guard trained.isEmpty || name == trained || name.hasPrefix(trained + ".") else {
            return tensor.isWanted ? "\(name) is frozen and has a gradient" : nil
        }
        guard tensor.isWanted, tensor.count == expected[index].count else { return "\(name) has \(tensor.shape)" }
        let difference = zip(tensor.values, expected[index]).map { abs($0 - $1) }.max() ?? .infinity
        return difference <= tolerance * largest ? nil : "\(name): \(difference) of \(largest)"
    }
}

extension Tensor {
    /// The values of one of the parts that are stacked in a tensor.
    fileprivate func part(_ source: TensorNames.Source) -> [Float] {
        guard source.partCount > 1 else { return values }
        let rows = shape[0]
        return reshaped([rows, count / max(1, rows)]).gatheringRows(source.rowsOfPart(of: rows)).values
    }
}
