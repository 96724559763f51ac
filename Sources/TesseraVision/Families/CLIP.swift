internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// CLIP (Radford et al., 2021), `CLIPModel`: pictures and texts in one space. Its picture tower is a ViT whose patches have no bias and
/// whose tokens are normalised on their way in; the class token is mapped to the common space.
enum CLIP: VisionFamily {
    static let modelType = "clip"
    static let classifiers: [String] = []
    static let backbone = "CLIPModel"
    static let imageProcessorClass = ImageProcessorClass.clip
    static let prefix = ""

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(clip: config)
        configuration.hasUnitFeatures = true
        configuration.projectionSize = try config.integer("projection_dim", in: 1...65_536, default: 512)
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .classToken
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        TensorNames(
            rules: pictureRules(embeddingNorm: "pre_layrnorm") + [("projection", ["visual_projection"])],
            ignored: ["text_model", "text_projection", "logit_scale", "vision_model.embeddings.position_ids"])
    }

    static func checkpointShape(of name: String, _ shape: [Int], in network: VisionTransformer) -> [Int] {
        towerShape(of: name, shape, in: network)
    }
}

/// The text tower of CLIP: a causal encoder, whose state at the end of the text is mapped to the common space.
enum CLIPTexts: TextTowerFamily {
    static let modelType = "clip"
    static let architectures = ["CLIPModel"]
    static let scores = LabelScores.softmax

    static func configuration(_ config: JSONObject) throws(FileError) -> TextTowerConfiguration {
        try TextTowerConfiguration(clip: config)
    }

    static func names(of network: TextTowerNetwork) -> TensorNames {
        TensorNames(
            rules: textRules() + [("projection", ["text_projection"])],
            ignored: ["vision_model", "visual_projection", "text_model.embeddings.position_ids"])
    }

    static func checkpointShape(of name: String, _ shape: [Int], in network: TextTowerNetwork) -> [Int] {
        name == "scoreScale" ? [] : shape
    }
}

extension VisionConfiguration {
    /// Reads the picture tower of a config.json of CLIP's kind.
    ///
    /// - Parameter imageSize: the class's default.
    /// - Throws: `FileError` naming the key.
    init(clip config: JSONObject, imageSize: Int = 224) throws(FileError) {
        let standard: [(String, Int)] = [
            ("hidden_size", 768), ("intermediate_size", 3072), ("num_hidden_layers", 12),
            ("num_attention_heads", 12), ("image_size", imageSize), ("patch_size", 32),
        ]
        let tower = try config.tower("vision_config", standard, activation: "quick_gelu")
        try self.init(tower, epsilon: 1e-5) { _ throws(FileError) in
            try tower.integer("intermediate_size", in: 1...1_048_576)
        }
        hasPatchBias = false
        embeddingNorm = .tokens
    }
}

extension TextTowerConfiguration {
    /// Reads the text tower of a config.json of CLIP's kind.
    ///
    /// - Parameter positionCount: the class's default.
    /// - Throws: `FileError` naming the key.
    init(clip config: JSONObject, positionCount: Int = 77) throws(FileError) {
        let standard: [(String, Int)] = [
            ("hidden_size", 512), ("intermediate_size", 2048), ("num_hidden_layers", 12),
            ("num_attention_heads", 8), ("vocab_size", 49_408), ("max_position_embeddings", positionCount),
            ("eos_token_id", 49_407),
        ]
        let tower = try config.tower("text_config", standard, activation: "quick_gelu")
        try self.init(tower, epsilon: 1e-5)
        let end = try tower.integer("eos_token_id", in: 0...Int(Int32.max))
        // Published folders say 2, which is none of their tokens: the end is then the highest id, as in the original code.
        pooling = end == 2 ? .highestToken : .first(Int32(end))
        isCausal = true
        projectionSize = try config.integer("projection_dim", in: 1...65_536, default: 512)
    }
}
