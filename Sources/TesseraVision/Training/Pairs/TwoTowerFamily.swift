internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of checkpoints of two towers that are trained.
struct TwoTowerFamily: Sendable {
    let pictures: any VisionFamily.Type
    let texts: any TextTowerFamily.Type
    let loss: ContrastiveLoss
    /// Gives the parameters of a new model their first values.
    let initialize: @Sendable (inout TwoTowerNetwork, JSONObject, RandomGenerator) throws(FileError) -> Void
}

/// The families of two towers that are trained.
let twoTowerFamilies = FamilyRegistry<TwoTowerFamily>(
    [
        TwoTowerFamily(pictures: CLIP.self, texts: CLIPTexts.self, loss: .softmax, initialize: initializeCLIP),
        TwoTowerFamily(pictures: SigLIP.self, texts: SigLIPTexts.self, loss: .sigmoid, initialize: initializeSigLIP),
    ],
    purpose: ("has no two towers that are trained here", others: "has them")
) { $0.texts }

/// As transformers begins a CLIPModel: the deeper a tower, the smaller what its blocks add.
@Sendable private func initializeCLIP(
    _ model: inout TwoTowerNetwork, _ config: JSONObject, _ random: RandomGenerator
) throws(FileError) {
    let factor = Float(try config.number("initializer_factor", in: 0...1000, default: 1))
    let tower = try config.tower("vision_config", [], activation: "")
    let range = Float(try tower.number("initializer_range", in: 0...1000, default: 0.02))
    var start = NormalStart(random: random)
    func share(_ layer: Linear) -> Float { factor / Float(layer.weight.shape[1]).squareRoot() }
    func blocks(_ encoder: Encoder) -> BlockDeviations {
        let depth = Float(2 * encoder.blocks.count).squareRoot()
        return BlockDeviations(
            projection: { share($0) / depth }, output: share, expansion: { share($0) / Float(2).squareRoot() },
            // Of the tower's width, and not of the wider input.
            contraction: { factor / Float($0.weight.shape[0]).squareRoot() / depth })
    }
    start(&model.pictureTower.encoder, blocks(model.pictureTower.encoder))
    start(&model.textTower.encoder, blocks(model.textTower.encoder))
    if let projection = model.pictureTower.projection { start(&model.pictureTower.projection!, share(projection)) }
    start(&model.textTower.projection, share(model.textTower.projection))
    let width = Float(model.pictureTower.configuration.block.hiddenSize)
    start(&model.pictureTower.classToken, factor / width.squareRoot())
    start(&model.pictureTower.positions, range * factor)
    start(&model.pictureTower.patchEmbedding, range * factor)
    start(&model.textTower.words, 0.02 * factor)
    start(&model.textTower.positions, 0.02 * factor)
    let scale = try config.number("logit_scale_init_value", in: -100...100, default: 2.6592)
    model.textTower.scoreScale = Tensor(shape: [1], [Float(scale)])
}

/// As transformers begins a SiglipModel, with normal distributions in place of uniform ones of the same variance, and as its authors do
/// with products times 10 and less 10: nearly all pairs of a batch do not belong together.
@Sendable private func initializeSigLIP(
    _ model: inout TwoTowerNetwork, _ config: JSONObject, _ random: RandomGenerator
) throws(FileError) {
    var start = NormalStart(random: random)
    /// LeCun's (1998): what is mapped keeps its size.
    func lecun(_ layer: Linear) -> Float { 1 / Float(layer.weight.shape[1]).squareRoot() }
    /// Glorot and Bengio's (2010): the gradient too, as far as both can.
    func xavier(_ layer: Linear) -> Float { (2 / Float(layer.weight.shape[0] + layer.weight.shape[1])).squareRoot() }
    let blocks = BlockDeviations(projection: xavier, output: xavier, expansion: xavier, contraction: xavier)
    start(&model.pictureTower.encoder, blocks)
    start(&model.textTower.encoder, blocks)
    let widths = [model.pictureTower.configuration.block.hiddenSize, model.textTower.configuration.block.hiddenSize]
    let deviations = widths.map { 1 / Float($0).squareRoot() }
    start(&model.pictureTower.positions, deviations[0])
    start(&model.pictureTower.patchEmbedding, lecun(model.pictureTower.patchEmbedding.projection))
    if var pooling = model.pictureTower.attentionPooling {
        start(&pooling.query, deviations[0])
        // One matrix makes queries, keys and values.
        let joint = (2 / Float(4 * widths[0])).squareRoot()
        start(&pooling.attention, projection: { _ in joint }, output: lecun)
        start(&pooling.feedForward, expansion: xavier, contraction: xavier)
        model.pictureTower.attentionPooling = pooling
    }
    start(&model.textTower.words, deviations[1])
    start(&model.textTower.positions, deviations[1])
    start(&model.textTower.projection, lecun(model.textTower.projection))
    model.textTower.scoreScale = Tensor(shape: [1], [2.302_585_1])
    model.textTower.scoreBias = Tensor(shape: [1], [-10])
}
