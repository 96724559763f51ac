internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of vision Transformers.
protocol VisionFamily: PublishedFamily where Network == VisionTransformer {
    /// Classes in `architectures` that have a classification head.
    static var classifiers: [String] { get }

    /// The class in `architectures` that has none.
    static var backbone: String { get }

    /// What brings pictures to the form its models see, where preprocessor_config.json does not say.
    static var imageProcessorClass: ImageProcessorClass { get }

    /// How a model without a head sums up a picture.
    ///
    /// - Parameter configuration: what `bareConfiguration` read.
    /// - Throws: `FileError` naming the key.
    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling

    /// Reads config.json, save for the labels: the pooling is that of a model with a head.
    ///
    /// - Throws: `FileError` naming the key.
    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration

    /// What checkpoints call the parameters.
    static func names(_ configuration: VisionConfiguration) -> TensorNames
}

/// The families of vision Transformers that are run.
let visionFamilies = FamilyRegistry<any VisionFamily.Type>(
    [
        ViT.self, DeiT.self, DINOv2.self, DINOv2WithRegisters.self, DINOv3.self, BEiT.self, Swin.self, CLIP.self,
        SigLIP.self,
    ],
    purpose: ("is not run here", others: "is")
) { $0 }

extension VisionTransformer {
    /// The shape in which checkpoints hold a parameter of ours, which has `shape`.
    func checkpointShape(of name: String, _ shape: [Int]) -> [Int] {
        switch name {
        case "classToken", "distillationToken": [1, 1] + shape
        case "registers", "detectionTokens", "positions": [1] + shape
        case "patchEmbedding.projection.weight":
            [shape[0], configuration.channelCount, configuration.patchHeight, configuration.patchWidth]
        default: shape
        }
    }
}

extension VisionConfiguration.Pooling {
    /// The pooler of a ViT or a DeiT without a head.
    init(pooler config: JSONObject, hiddenSize: Int) throws(FileError) {
        let size = try config.integer("pooler_output_size", in: 1...65_536, default: hiddenSize)
        let name = try config.string("pooler_act", default: "tanh")
        self = .projectedClassToken(
            size: size, activation: name == "tanh" ? .tanh : try config.activation(named: name, in: "pooler_act"))
    }
}

extension VisionFamily {
    static var prefix: String { modelType + "." }
    static var architectures: [String] { classifiers + [backbone] }

    /// Reads config.json.
    ///
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try bareConfiguration(config)
        if classifiers.isEmpty || config.architectures.first == backbone {
            configuration.pooling = try backbonePooling(config, configuration)
        } else {
            try configuration.readLabels(config)
        }
        return configuration
    }

    static func network(_ config: JSONObject) throws(FileError) -> VisionTransformer {
        VisionTransformer(try configuration(config))
    }

    static func names(of network: VisionTransformer) -> TensorNames { names(network.configuration) }

    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> VisionTransformer {
        var network = try network(config)
        let pooler = names(of: network, in: checkpoint).sources(of: "pooler.weight")
        if network.pooler != nil, !pooler.contains(where: { checkpoint.contains($0.name) }) {
            // Models that learned without labels (DINO) were published without one: their class token is what counts.
            var configuration = network.configuration
            configuration.pooling = .classToken
            network = VisionTransformer(configuration)
        }
        try fill(&network, from: checkpoint, precision)
        return network
    }

    static func checkpointShape(of name: String, _ shape: [Int], in network: VisionTransformer) -> [Int] {
        network.checkpointShape(of: name, shape)
    }

    /// The patches and the head are a hundredth of the work: in int8 they keep 16 bits, and the logits their accuracy.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}
