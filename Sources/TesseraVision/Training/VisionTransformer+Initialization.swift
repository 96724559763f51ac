internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

extension VisionTransformer {
    /// Starts a model that no checkpoint fills where trained ones end up; see `Encoder.initializeMimetically`.
    mutating func initializeMimetically(random: RandomGenerator) {
        encoder.initializeMimetically(random: random)
        guard let table = positions else { return }
        positions = Encoder.mimeticPositions(
            leading: configuration.classTokenCount, rows: configuration.gridRows, columns: configuration.gridColumns,
            hiddenSize: table.shape[1])
        patchEmbedding.initializeMimetically(random: random.part(-1))
    }
}
