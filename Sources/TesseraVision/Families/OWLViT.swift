internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// OWL-ViT (Minderer et al., 2022), `OwlViTForObjectDetection`: finds what texts name. Each patch of CLIP's picture tower gives a box and a
/// vector, which is compared with those of the texts.
enum OWLViT: DetectionFamily {
    static let modelType = "owlvit"
    static let architectures = ["OwlViTForObjectDetection"]
    static let imageProcessorClass = ImageProcessorClass.owlvit

    static func network(_ config: JSONObject) throws(FileError) -> OWLViTNetwork {
        let texts = try TextTowerConfiguration(clip: config, positionCount: 16)
        guard texts.projectionSize == texts.block.hiddenSize else {
            throw config.error("projection_dim", "it must be the hidden_size of text_config, \(texts.block.hiddenSize)")
        }
        return OWLViTNetwork(try VisionConfiguration(clip: config, imageSize: 768), textSize: texts.projectionSize)
    }

    static func names(of network: OWLViTNetwork) -> TensorNames {
        let heads: [NameRule] =
            (0..<3).map { ("boxHead.layers.\($0)", [.init(stringLiteral: "box_head.dense\($0)")]) } + [
                ("labelHead", ["class_head.dense0"]), ("scoreShift", ["class_head.logit_shift"]),
                ("scoreScale", ["class_head.logit_scale"]), ("norm", ["layer_norm"]),
            ]
        let backbone = pictureRules("owlvit.", embeddingNorm: "pre_layernorm").map {
            ("backbone." + $0.ours, $0.sources)
        }
        return TensorNames(
            rules: backbone + heads,
            ignored: [
                "owlvit.text_model", "owlvit.text_projection", "owlvit.visual_projection", "owlvit.logit_scale",
                "owlvit.vision_model.embeddings.position_ids", "box_bias",
            ])
    }

    /// Patches and heads are a small part of the work: in int8 they keep 16 bits, and boxes their places.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}

/// The text tower of OWL-ViT: CLIP's, under other names. Texts are padded behind their end, where no token of a causal tower looks.
enum OWLTexts: TextTowerFamily {
    static let modelType = "owlvit"
    static let architectures = ["OwlViTForObjectDetection"]
    static let scores = LabelScores.sigmoid

    static func configuration(_ config: JSONObject) throws(FileError) -> TextTowerConfiguration {
        var configuration = try TextTowerConfiguration(clip: config, positionCount: 16)
        configuration.pooling = .highestToken
        return configuration
    }

    static func names(of network: TextTowerNetwork) -> TensorNames {
        TensorNames(
            rules: textRules("owlvit.") + [("projection", ["owlvit.text_projection"])],
            ignored: [
                "owlvit.vision_model", "owlvit.visual_projection", "class_head", "box_head", "layer_norm", "box_bias",
                "owlvit.text_model.embeddings.position_ids",
            ])
    }
}

/// CLIP's picture tower and the heads that read its patches.
struct OWLViTNetwork: LabelledDetectionNetwork {
    private(set) var labels: [String] = []
    let scores = LabelScores.sigmoid
    var backbone: VisionTransformer
    /// Of patches that were multiplied with the class token.
    var norm: Normalization
    /// To the space of texts.
    var labelHead: Linear
    /// To what is added to the product of a patch and a text.
    var scoreShift: Linear
    /// To what the sum is multiplied with.
    var scoreScale: Linear
    /// To a box, counted from the patch's place.
    var boxHead: MultilayerPerceptron
    /// The texts' features, `[labels, size]`.
    private var texts: Linear?

    init(_ configuration: VisionConfiguration, textSize: Int) {
        let hidden = configuration.block.hiddenSize
        backbone = VisionTransformer(configuration)
        norm = Normalization(.layerNorm, size: hidden, epsilon: configuration.block.normalizationEpsilon)
        labelHead = Linear(input: hidden, output: textSize)
        scoreShift = Linear(input: hidden, output: 1)
        scoreScale = Linear(input: hidden, output: 1)
        boxHead = MultilayerPerceptron(sizes: [hidden, hidden, hidden, 4], .gelu)
    }

    mutating func take(_ labels: [String], features: Tensor) {
        self.labels = labels
        texts = Linear(weight: features, bias: nil)
    }

    func callAsFunction(_ pixels: Tensor) -> DetectionOutput {
        let patches = patches(of: pixels)
        return DetectionOutput(logits: logits(patches), boxes: boxes(patches, backbone.grid(of: pixels)))
    }

    /// What the heads read of each patch, `[batch, patches, hidden]`.
    private func patches(of pixels: Tensor) -> Tensor {
        let states = backbone.states(of: pixels)
        let (batch, count, hidden) = (states.shape[0], states.shape[1] - 1, states.shape[2])
        var patches = states.tokens(1..<count + 1).reshaped([batch * count, hidden])
        let classes = states.token(0).gatheringRows((0..<batch * count).map { $0 / count })
        patches *= classes
        return norm(patches).reshaped([batch, count, hidden])
    }

    /// `[batch, patches, labels]`
    private func logits(_ patches: Tensor) -> Tensor {
        guard let texts else { preconditionFailure("a detector of what texts name is told what to find") }
        let (batch, count) = (patches.shape[0], patches.shape[1])
        let rows = patches.reshaped([batch * count, patches.shape[2]])
        let (shifts, scales) = (scoreShift(rows).values, scoreScale(rows).values)
        var products = texts(labelHead(rows).unitRows())
        products.withMutableValues { products in
            for index in products.indices {
                let row = index / labels.count
                // ELU and 1: what lies below 0 becomes its exponential.
                let scale = scales[row] > 0 ? scales[row] + 1 : exp(scales[row])
                products[index] = (products[index] + shifts[row]) * scale
            }
        }
        return products.reshaped([batch, count, labels.count])
    }

    /// `[batch, patches, 4]`
    private func boxes(_ patches: Tensor, _ grid: (rows: Int, columns: Int)) -> Tensor {
        func logit(_ share: Float) -> Float { log(share + 1e-4) - log1p(-share + 1e-4) }
        let size = [logit(1 / Float(grid.columns)), logit(1 / Float(grid.rows))]
        let places = (0..<grid.rows * grid.columns).flatMap { patch in
            let (row, column) = patch.quotientAndRemainder(dividingBy: grid.columns)
            return [
                logit(Float(column + 1) / Float(grid.columns)), logit(Float(row + 1) / Float(grid.rows)), size[0],
                size[1],
            ]
        }
        var boxes = boxHead(patches)
        boxes.addToEachSequence(Tensor(shape: [places.count / 4, 4], places))
        return boxes.sigmoid()
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("backbone", &backbone)
        try visitor.visit("norm", &norm)
        try visitor.visit("labelHead", &labelHead, as: .head)
        try visitor.visit("scoreShift", &scoreShift, as: .head)
        try visitor.visit("scoreScale", &scoreScale, as: .head)
        try visitor.visit("boxHead", &boxHead, as: .head)
    }
}
