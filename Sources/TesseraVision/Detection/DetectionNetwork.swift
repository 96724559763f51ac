internal import TesseraImage
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// What a detector makes of pictures: so many queries each, of which most find nothing.
package struct DetectionOutput: Sendable {
    /// `[batch, queries, labels]`; where labels exclude each other, one more for `no object`, the last.
    package let logits: Tensor
    /// Centre x, centre y, width and height of each query's box, as shares of the picture, `[batch, queries, 4]`.
    package let boxes: Tensor

    package init(logits: Tensor, boxes: Tensor) { (self.logits, self.boxes) = (logits, boxes) }
}

/// The Transformer behind a detector (Carion et al., 2020: detection as the prediction of a set).
package protocol DetectionNetwork: Layer {
    /// The labels' names, by index.
    var labels: [String] { get }
    /// How logits become scores.
    var scores: LabelScores { get }

    /// - Parameter pixels: `[batch, channels, height, width]`
    func callAsFunction(_ pixels: Tensor) -> DetectionOutput
}

/// A detector that finds what texts name.
package protocol LabelledDetectionNetwork: DetectionNetwork {
    /// Says what is to be found.
    ///
    /// - Parameter features: what the text tower makes of each label, of length 1, `[labels, size]`.
    mutating func take(_ labels: [String], features: Tensor)
}

/// A family of detectors.
protocol DetectionFamily: PublishedFamily where Network: DetectionNetwork {
    /// What brings pictures to the form its models see, where preprocessor_config.json does not say.
    static var imageProcessorClass: ImageProcessorClass { get }
}

/// The families of detectors that are run.
let detectionFamilies = FamilyRegistry<any DetectionFamily.Type>(
    [YOLOS.self, DETR.self, OWLViT.self], purpose: ("finds no objects", others: "does")
) { $0 }
