internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// DINOv2 with registers (Darcet et al., 2024): `Dinov2WithRegistersForImageClassification`, and `Dinov2WithRegistersModel` without a
/// head. Registers are tokens that the encoder has for itself; no head reads them.
enum DINOv2WithRegisters: VisionFamily {
    static let modelType = "dinov2_with_registers"
    static let classifiers = ["Dinov2WithRegistersForImageClassification"]
    static let backbone = "Dinov2WithRegistersModel"
    static let imageProcessorClass = ImageProcessorClass.bit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(dino: config)
        configuration.registerCount = try config.integer("num_register_tokens", in: 0...1_024, default: 4)
        configuration.positionInterpolation = .antialiasedBicubic
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .classToken
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames { dinoNames(configuration) }
}
