internal import TesseraFiles
internal import TesseraTensor

/// A checkpoint's tensors with the linear maps of a SegFormer's head as one for each stage: the map of all stages' cells together is the
/// sum of a map of each, which is multiplied with the stage's own. What all of them add, the normalisation included, is the first's bias.
struct MergedProjections: TensorContainer {
    private let checkpoint: Checkpoint
    private var merged: [String: Tensor] = [:]
    private(set) var names: [String] = []
    var path: String { checkpoint.path }

    /// - Parameter checkpoint: whose normalisation is part of the map of all stages' cells.
    /// - Throws: `FileError` naming a tensor that is missing or does not fit.
    init(
        _ checkpoint: Checkpoint, _ names: SegFormerNames, _ configuration: SegFormerConfiguration
    ) throws(FileError) {
        self.checkpoint = checkpoint
        let (width, count) = (configuration.headWidth, configuration.stages.count)
        let fusion = try checkpoint.tensor(names.fusion + ".weight", [width, 1, 1, width * count])
        var bias = try checkpoint.tensor(names.fusionNorm + ".bias", [width])
        for (index, stage) in configuration.stages.enumerated() {
            let name = names.projection("\(index)")
            // transformers puts the last stage first.
            let part = fusion.reshaped([width, count, width]).token(count - 1 - index)
            let weight = try checkpoint.tensor(name + ".weight", [width, stage.width])
            merged[name + ".weight"] = part.product(weight.transposed())
            bias += part.product(try checkpoint.tensor(name + ".bias", [width]).reshaped([1, width]))
        }
        merged[names.projection("0") + ".bias"] = bias
        let gone = [names.fusion + ".weight", names.fusionNorm + ".bias"]
        let others = (1..<max(1, count)).map { names.projection("\($0)") + ".bias" }
        self.names = checkpoint.names.filter { !(gone + others).contains($0) }
    }

    func shape(of name: String) -> [Int]? {
        names.contains(name) ? merged[name]?.shape ?? checkpoint.shape(of: name) : nil
    }

    func path(of name: String) -> String { checkpoint.path(of: name) }

    func readsRows(of name: String) -> Bool { merged[name] == nil && checkpoint.readsRows(of: name) }

    func readTensor(_ name: String) throws(FileError) -> Tensor {
        guard let tensor = merged[name] else { return try checkpoint.readTensor(name) }
        return tensor
    }

    func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        guard let rows else { return try readTensor(name) }
        guard let tensor = merged[name] else { return try checkpoint.readTensor(name, rows: rows) }
        return tensor.rows(rows)
    }

    func readStored(_ name: String) throws(FileError) -> StoredTensor { try checkpoint.readStored(name) }
}

extension Checkpoint {
    /// A tensor of this shape.
    fileprivate func tensor(_ name: String, _ shape: [Int]) throws(FileError) -> Tensor {
        guard let found = self.shape(of: name) else { throw refusal(name, "is missing") }
        guard found == shape else { throw refusal(name, "is of another shape: \(found) instead of \(shape)") }
        return try readTensor(name)
    }
}

extension Tensor {
    /// `self Wᵀ` of matrices, with W `[output, columns]`.
    fileprivate func product(_ weight: Tensor) -> Tensor { PackedMatrix(weight, precision: .float32).multiply(self) }
}
