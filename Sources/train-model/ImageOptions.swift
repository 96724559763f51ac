import ArgumentParser
import TesseraCommands
import TesseraVision

/// The options about pictures and how they are varied.
struct ImageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The pictures: a folder with a folder for each class.", valueName: "folder"))
    var data: String

    @Option(help: "How pictures are varied: none, light (crops, mirrors), standard (also colours, shapes, mixtures).")
    var augment: AugmentationOption?

    @OptionGroup var classes: ClassOptions

    func validate() throws {
        if data.isEmpty { throw ValidationError("The name of a folder must not be empty.") }
    }

    func augmentation(isFinetuning: Bool) -> AugmentationOption { augment ?? (isFinetuning ? .light : .standard) }
}

enum AugmentationOption: String, CaseIterable, ExpressibleByArgument {
    case none, light, standard

    /// - Parameter side: of the model's pictures, in pixels.
    func augmentation(side: Int) -> ImageAugmentation {
        switch self {
        case .none: .none
        case .light: .light(side: side)
        case .standard: .standard(side: side)
        }
    }
}
