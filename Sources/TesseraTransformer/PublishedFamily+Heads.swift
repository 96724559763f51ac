package import TesseraFiles
internal import TesseraLayers

extension PublishedFamily {
    /// Fills a classifier's layers from a checkpoint, to be trained. What belongs to the head stays as it is where the checkpoint
    /// lacks it, and so does what maps to labels where these are others.
    ///
    /// - Parameter keepsHead: whether the checkpoint has the network's labels.
    /// - Throws: `FileError` naming the tensors that do not fit.
    package static func fill(
        _ network: inout Network, from checkpoint: Checkpoint, keepingHead keepsHead: Bool
    ) throws(FileError) {
        let names = names(of: network, in: checkpoint)
        var copy = network
        let skipped = zip(network.parameterRoles, copy.takeParameters().names).filter { role, name in
            let isAbsent = !names.sources(of: name).contains { checkpoint.contains($0.name) }
            // Other labels need another head, but no other normalisation before it: BEiT's pre-training has none.
            let isReplaced = !keepsHead && (role.kind == .matrix || role.kind == .bias)
            return role.part == .head && (isAbsent || isReplaced)
        }
        try network.load(from: checkpoint, names: names, skipping: Set(skipped.map(\.1))) { _ in nil }
    }
}
