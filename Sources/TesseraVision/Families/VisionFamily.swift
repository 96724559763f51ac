internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of vision Transformers.
protocol VisionFamily: PublishedFamily where Network == VisionTransformer {
    /// Reads config.json.
    ///
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject) throws(FileError) -> VisionConfiguration

    /// What checkpoints call the parameters.
    static func names(_ configuration: VisionConfiguration) -> TensorNames
}

/// The families of vision Transformers that are run.
let visionFamilies = FamilyRegistry<any VisionFamily.Type>(
    [ViT.self, DeiT.self, DINOv2.self, BEiT.self], purpose: ("has no classification head", others: "has")
) { $0 }

extension VisionFamily {
    static var prefix: String { modelType + "." }

    static func network(_ config: JSONObject) throws(FileError) -> VisionTransformer {
        VisionTransformer(try configuration(config))
    }

    static func names(of network: VisionTransformer) -> TensorNames { names(network.configuration) }

    static func checkpointShape(of name: String, _ shape: [Int], in network: VisionTransformer) -> [Int] {
        let configuration = network.configuration
        return switch name {
        case "classToken", "distillationToken": [1, 1] + shape
        case "positions": [1] + shape
        case "patchEmbedding.projection.weight":
            [shape[0], configuration.channelCount, configuration.patchHeight, configuration.patchWidth]
        default: shape
        }
    }

    /// The patches and the head are a hundredth of the work: in int8 they keep 16 bits, and the logits their accuracy.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}
