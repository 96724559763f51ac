import ArgumentParser
import TesseraCommands
import TesseraVision

/// The options about pairs of a picture and a text.
struct ImageTextOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is said of which picture: JSON Lines with image and text, or a table with tabs between its columns.",
            valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("Pairs to validate with, instead of a part of --data.", valueName: "file"))
    var validationData: String?

    @Option(help: "The part of the pairs that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: "The smallest share of a picture that is shown, a window of random size and place; 1 for all of it.")
    var smallestCrop = 0.9

    @Flag(inversion: .prefixedNo, help: "Mirror half of the pictures: not for texts that tell left from right.")
    var mirror = false

    @Flag(help: "Go without pictures that cannot be read.")
    var skipUnreadable = false

    func validate() throws {
        try checkSamples(data, validationData: validationData, fraction: validationFraction)
        try require("--smallest-crop", smallestCrop, in: 0.05...1)
    }

    var augmentation: ImageAugmentation {
        ImageAugmentation(
            crop: smallestCrop < 1 ? .resized(Float(smallestCrop)...1) : .none, mirrorProbability: mirror ? 0.5 : 0)
    }
}
