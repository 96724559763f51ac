/// The classes of image processors that the supported model families use, and their defaults; the raw values are their names.
public enum ImageProcessorClass: String, Sendable, CaseIterable {
    /// Resizes to 224 × 224, bilinearly.
    case vit = "ViTImageProcessor"
    /// Resizes to 256 × 256, bicubically, and crops the middle 224.
    case deit = "DeiTImageProcessor"
    /// Resizes to 224 × 224, bilinearly, without rounding the result to 8 bits.
    case dinov3 = "DINOv3ViTImageProcessor"
    /// Resizes to 224 × 224, bicubically.
    case beit = "BeitImageProcessor"
    /// Resizes the shorter side to 224, bicubically, and crops the middle; means and deviations are CLIP's.
    case bit = "BitImageProcessor"
    /// Resizes the shorter side to 224, bicubically, and crops the middle.
    case clip = "CLIPImageProcessor"
    /// Resizes to 224 × 224, bicubically.
    case siglip = "SiglipImageProcessor"
    /// Resizes the shorter side to 800, or less where the longer would exceed 1333, bilinearly, and cuts sides to multiples of 16.
    case yolos = "YolosImageProcessor"
    /// Resizes the shorter side to 800, or less where the longer would exceed 1333, bilinearly.
    case detr = "DetrImageProcessor"
    /// Resizes to 768 × 768, bicubically.
    case owlvit = "OwlViTImageProcessor"

    /// Resizes to 512 × 512, bilinearly.
    case segformer = "SegformerImageProcessor"

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
        case .vit, .dinov3, .beit, .siglip: .exact(width: 224, height: 224)
        case .deit: .exact(width: 256, height: 256)
        case .segformer: .exact(width: 512, height: 512)
        case .bit, .clip: .shortestEdge(224, longestEdge: nil)
        case .owlvit: .exact(width: 768, height: 768)
        case .yolos, .detr: .shortestEdge(800, longestEdge: 1333)
        }
    }

    var filter: ResamplingFilter {
        switch self {
        case .vit, .dinov3, .yolos, .detr, .segformer: .bilinear
        case .deit, .beit, .bit, .clip, .siglip, .owlvit: .bicubic
        }
    }

    var cropsCentre: Bool { self == .deit || self == .bit || self == .clip }

    var cropSize: (width: Int, height: Int)? {
        switch self {
        case .deit, .beit, .bit, .clip: (224, 224)
        case .owlvit: (768, 768)
        case .vit, .dinov3, .siglip, .yolos, .detr, .segformer: nil
        }
    }

    var mean: [Double] {
        switch self {
        case .bit, .clip, .owlvit: [0.48145466, 0.4578275, 0.40821073]
        case .dinov3, .yolos, .detr, .segformer: [0.485, 0.456, 0.406]
        case .vit, .deit, .beit, .siglip: [0.5, 0.5, 0.5]
        }
    }

    var standardDeviation: [Double] {
        switch self {
        case .bit, .clip, .owlvit: [0.26862954, 0.26130258, 0.27577711]
        case .dinov3, .yolos, .detr, .segformer: [0.229, 0.224, 0.225]
        case .vit, .deit, .beit, .siglip: [0.5, 0.5, 0.5]
        }
    }

    /// Whether a size given as one number means a square, or else the shorter side.
    var numberMeansSquare: Bool { self != .bit && self != .clip }

    /// What resized sides are cut to a multiple of, where they depend on the picture.
    var sizeMultiple: Int { self == .yolos ? 16 : 1 }

    /// Whether resized pictures are rounded to 8 bits, as Pillow does; PyTorch, to which pictures are numbers by then, does not.
    var roundsToBytes: Bool { self != .dinov3 }

    /// Whether pictures of a batch are padded to one size: nothing changes for those that go alone.
    var padsBatches: Bool { self == .yolos || self == .detr }
}
