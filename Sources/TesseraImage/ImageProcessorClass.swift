/// The classes of image processors that the supported model families use, and their defaults; the raw values are their names.
public enum ImageProcessorClass: String, Sendable, CaseIterable {
    /// Resizes to 224 × 224, bilinearly.
    case vit = "ViTImageProcessor"
    /// Resizes to 256 × 256, bicubically, and crops the middle 224.
    case deit = "DeiTImageProcessor"
    /// Resizes to 224 × 224, bicubically.
    case beit = "BeitImageProcessor"
    /// Resizes the shorter side to 224, bicubically, and crops the middle; means and deviations are CLIP's.
    case bit = "BitImageProcessor"

    /// The class of a name as files spell it: with the suffix of a backend, or in the old way as a feature extractor.
    init?(name: String) {
        var base = name
        for (suffix, replacement) in [("Fast", ""), ("Pil", ""), ("FeatureExtractor", "ImageProcessor")]
        where base.hasSuffix(suffix) {
            base = base.dropLast(suffix.count) + replacement
        }
        self.init(rawValue: base)
    }

    var size: ImageProcessor.TargetSize {
        switch self {
        case .vit, .beit: .exact(width: 224, height: 224)
        case .deit: .exact(width: 256, height: 256)
        case .bit: .shortestEdge(224, longestEdge: nil)
        }
    }

    var filter: ResamplingFilter { self == .vit ? .bilinear : .bicubic }

    var cropsCentre: Bool { self == .deit || self == .bit }

    var cropSize: (width: Int, height: Int)? { self == .vit ? nil : (224, 224) }

    var mean: [Double] {
        self == .bit ? [0.48145466, 0.4578275, 0.40821073] : [0.5, 0.5, 0.5]
    }

    var standardDeviation: [Double] {
        self == .bit ? [0.26862954, 0.26130258, 0.27577711] : [0.5, 0.5, 0.5]
    }

    /// Whether a size given as one number means a square, or else the shorter side.
    var numberMeansSquare: Bool { self != .bit }
}
