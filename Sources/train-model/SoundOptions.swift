import ArgumentParser
import TesseraCommands
import TesseraSpeech

/// The options about recordings with labels, and how they are varied.
struct SoundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The recordings: a folder with a folder for each class.", valueName: "folder"))
    var data: String

    @Option(
        help:
            "How sounds are varied: none, light (other stretches, times, loudness), standard (also masks of SpecAugment)."
    )
    var augment = SoundAugmentationOption.standard

    @OptionGroup var classes: ClassOptions

    func validate() throws {
        if data.isEmpty { throw ValidationError("The name of a folder must not be empty.") }
    }
}

enum SoundAugmentationOption: String, CaseIterable, ExpressibleByArgument {
    case none, light, standard

    var augmentation: SoundAugmentation {
        switch self {
        case .none: .none
        case .light: .light
        case .standard: .standard
        }
    }
}
