package import TesseraFiles
package import TesseraLayers
package import TesseraTraining
internal import TesseraTransformer

/// How a model learns by adapters beside matrices of its blocks, which stay as they are (Hu et al., 2022, LoRA).
package struct LowRankAdaptation: Sendable {
    /// The matrices that adapters are beside.
    package enum Targets: String, CaseIterable, Sendable {
        /// The queries' and the values' of each attention.
        case attention
        /// Every matrix of every block, which PEFT calls all-linear: those of attentions and of feed-forward networks.
        case all

        /// The last part of our names of them.
        fileprivate var layers: Set<String> {
            self == .all ? ["query", "key", "value", "output", "gate", "input"] : ["query", "value"]
        }
    }

    /// The rows of A and the columns of B.
    package var rank: Int
    /// What their product is multiplied with, times the rank.
    package var alpha: Double
    /// The matrices that they are beside.
    package var targets: Targets
    /// Whether the adapters become parts of the matrices in what is written.
    package var merges: Bool
    /// What the adapter's folder calls the model that it is for.
    package var base: String

    package init(rank: Int, alpha: Double, targets: Targets = .attention, merges: Bool, base: String) {
        (self.rank, self.alpha, self.targets) = (rank, alpha, targets)
        (self.merges, self.base) = (merges, base)
    }

    /// The model with its adapters.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    package func model<Folder: TextTrainingFolder>(
        of folder: Folder, seed: UInt64
    ) throws(FileError) -> Trainable<Folder.Network> {
        try folder.initialModel(seed: seed).adapted(
            targets.layers, rank: rank, scale: Float(alpha / Double(rank)), random: RandomGenerator(seed: seed, 1))
    }

    /// Lets nothing but adapters, and heads that are new, be trained.
    package func adapt<Folder: TextTrainingFolder>(_ settings: inout TrainingSettings, _ folder: Folder) {
        settings.trainedParts = Set(["adapter"] + Folder.partsBesideAdapters)
    }

    /// What must stay the same where a training is resumed.
    package var facts: [(name: String, value: String)] {
        let place = targets == .attention ? "" : ", beside \(targets.rawValue)"
        return [("adapters", "rank \(rank), alpha \(alpha)\(place)\(merges ? ", merged" : "")")]
    }
}
