internal import TesseraImage
package import TesseraLayers
package import TesseraTensor
internal import TesseraTransformer

/// The Transformer behind a segmenter: it says of each cell of a picture what it is part of.
package protocol SegmentationNetwork: Layer {
    /// The labels' names, by index.
    var labels: [String] { get }
    /// The least height and width of a picture of which it can make something, in pixels.
    var leastSide: Int { get }

    /// - Parameter pixels: `[batch, channels, height, width]`
    /// - Returns: logits of maps that are smaller than the pictures, `[batch, rows, columns, labels]`
    func callAsFunction(_ pixels: Tensor) -> Tensor
}

/// A family of segmenters.
protocol SegmentationFamily: PublishedFamily where Network: SegmentationNetwork {
    /// What brings pictures to the form its models see, where preprocessor_config.json does not say.
    static var imageProcessorClass: ImageProcessorClass { get }
}

/// The families of segmenters that are run.
let segmentationFamilies = FamilyRegistry<any SegmentationFamily.Type>(
    [SegFormer.self], purpose: ("segments no pictures", others: "does")
) { $0 }
