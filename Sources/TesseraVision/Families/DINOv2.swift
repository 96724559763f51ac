internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers

/// DINOv2 (Oquab et al., 2024): `Dinov2ForImageClassification`. LayerScale, plain or SwiGLU feed-forward networks, and a head on
/// the class token joined to the mean of the patches. `Dinov2Model` has no head, and the class token sums a picture up.
enum DINOv2: VisionFamily {
    static let modelType = "dinov2"
    static let classifiers = ["Dinov2ForImageClassification"]
    static let backbone = "Dinov2Model"
    static let imageProcessorClass = ImageProcessorClass.bit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        try VisionConfiguration(dino: config)
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .classToken
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames { dinoNames(configuration) }
}
