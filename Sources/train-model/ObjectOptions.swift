import ArgumentParser
import TesseraCommands
import TesseraVision

/// The options about pictures with objects in them, and how they are varied.
struct ObjectOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of the pictures.", valueName: "folder"))
    var data: String

    @Option(help: ArgumentHelp("The annotations (default: the .json file in the folder).", valueName: "file"))
    var annotations: String?

    @Option(help: ArgumentHelp("Pictures to validate with, instead of a part of --data.", valueName: "folder"))
    var validationData: String?

    @Option(help: ArgumentHelp("Their annotations (default: the .json file in that folder).", valueName: "file"))
    var validationAnnotations: String?

    @Option(help: "The part of the pictures that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: "By how much a picture is made smaller at most, as a share of its size; 1 for not at all.")
    var smallestScale = 0.6

    @Flag(inversion: .prefixedNo, help: "Mirror half of the pictures.")
    var mirror = true

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    @Flag(help: "Go without pictures that cannot be read.")
    var skipUnreadable = false

    func validate() throws {
        try checkSamples(data, validationData: validationData, fraction: validationFraction, kind: "folder")
        if validationAnnotations != nil, validationData == nil {
            throw ValidationError("--validation-annotations needs --validation-data.")
        }
        if annotations == "" || validationAnnotations == "" {
            throw ValidationError("The name of a file must not be empty.")
        }
        try require("--smallest-scale", smallestScale, in: 0.1...1)
        try require("--dropout", dropout, in: 0...0.9)
    }

    var augmentation: AnnotatedPictures.Augmentation {
        AnnotatedPictures.Augmentation(mirrors: mirror, smallestScale: Float(smallestScale))
    }
}
