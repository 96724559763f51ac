internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// SegFormer (Xie et al., 2021), `SegformerForSemanticSegmentation`: stages of blocks on maps that become smaller and wider, whose
/// attention reads maps that are smaller still, and a head that puts all of them together.
enum SegFormer: SegmentationFamily {
    static let modelType = "segformer"
    static let architectures = ["SegformerForSemanticSegmentation"]
    static let imageProcessorClass = ImageProcessorClass.segformer

    static func network(_ config: JSONObject) throws(FileError) -> SegFormerNetwork {
        SegFormerNetwork(try SegFormerConfiguration(config))
    }

    static func names(of network: SegFormerNetwork) -> TensorNames { SegFormerNames(isNew: false).tensors }

    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> SegFormerNetwork {
        let configuration = try SegFormerConfiguration(config)
        var network = SegFormerNetwork(configuration)
        let names = SegFormerNames(checkpoint)
        let folded = Checkpoint(try FoldedConvolutions(checkpoint, names.places(of: network)))
        let merged = Checkpoint(try MergedProjections(folded, names, configuration))
        try network.load(from: merged, names: names.tensors) { packing(of: $0, precision) }
        // Maps of the larger models' heads take 50 MB each for a picture of 512 × 512, and fresh pages cost more than the arithmetic on them.
        AlignedMemory.spareLimit = max(AlignedMemory.spareLimit, 256 << 20)
        return network
    }

    /// The first patches and the head are a small part of the work: in int8 they keep 16 bits.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}
