internal import TesseraFiles
internal import TesseraTransformer

/// What the Transformer of a DETR is made of.
struct DETRConfiguration {
    let labels: [String]
    let queryCount, encoderLayerCount, decoderLayerCount: Int
    let encoder, decoder: BlockConfiguration
    let normalizesBetweenBlocks: Bool

    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        func block(_ side: String) throws(FileError) -> BlockConfiguration {
            var block = try BlockConfiguration(bartLike: config, side: side, activation: "relu")
            block.order = .post
            return block
        }
        (encoder, decoder) = (try block("encoder"), try block("decoder"))
        guard encoder.hiddenSize % 4 == 0 else {
            throw config.error("d_model", "\(encoder.hiddenSize) is no multiple of 4: positions of cells need that")
        }
        encoderLayerCount = try config.integer("encoder_layers", in: 0...1_024)
        decoderLayerCount = try config.integer("decoder_layers", in: 0...1_024)
        queryCount = try config.integer("num_queries", in: 1...10_000, default: 100)
        normalizesBetweenBlocks = try config.boolean("auxiliary_loss", default: false)
        labels = try config.labels()
    }
}

extension ResNetConfiguration {
    /// The residual network that a DETR's config.json names.
    ///
    /// - Parameter timm: what a residual network of timm is made of.
    /// - Throws: `FileError` naming the key.
    init(detr config: JSONObject, timm: () throws(FileError) -> ResNetConfiguration) throws(FileError) {
        let own = try config.object("backbone_config")
        let isTimm = try config.boolean("use_timm_backbone", default: own == nil)
        let type = try own?.string("model_type", default: "resnet") ?? (isTimm ? "timm_backbone" : "resnet")
        let isDilated = try config.boolean("dilation", default: false)
        switch type {
        case "resnet" where isDilated:
            throw config.error("dilation", "it is not supported where backbone_config is of the type resnet")
        case "resnet": self = try ResNetConfiguration(own ?? JSONObject(members: [], path: config.path))
        case "timm_backbone":
            try (own ?? config).checkTimmBackbone()
            self = try timm()
            dilate(from: try isDilated ? 16 : own?.integer("output_stride", in: 8...32, default: 32) ?? 32)
        default:
            throw own?.error("model_type", "\(type.quoted) is not supported: resnet and timm_backbone are")
                ?? config.error("backbone_config", "it is missing")
        }
    }
}

extension JSONObject {
    /// Refuses networks of timm that are no plain residual networks.
    fileprivate func checkTimmBackbone() throws(FileError) {
        let name = try string("backbone", default: "resnet50")
        // What stands behind a point says how it was trained.
        let kind = name.prefix { $0 != "." }
        guard kind.hasPrefix("resnet"), kind.count > 6, kind.dropFirst(6).allSatisfy(\.isWholeNumber) else {
            throw error("backbone", "\(name.quoted) is not supported: resnet18, resnet34, resnet50 and their kin are")
        }
    }
}
