public import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraModels
import TesseraVision

extension PredictionFormat: ExpressibleByArgument {}

/// Says what is where in pictures: parses the arguments, lets `ObjectDetector` work picture by picture, prints.
@main
struct DetectObjects: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect-objects",
        abstract: "Says what is where in pictures, with a detection Transformer (YOLOS, DETR, OWL-ViT).",
        discussion: """
            Boxes are in the picture's pixels, x to the right and y down, best first; they may reach beyond its edges. --draw draws \
            them: into a file, or, for several pictures, into files of a folder. OWL-ViT finds what --labels or --labels-file name; its \
            scores are low: --threshold 0.1 is usual.

            Examples:
              detect-objects --model hustvl/yolos-tiny street.jpg
              detect-objects --model hustvl/yolos-tiny --threshold 0.8 --draw seen.png street.jpg
              detect-objects --model hustvl/yolos-tiny --format json --draw drawn photos/ > objects.json
              detect-objects --model facebook/detr-resnet-50 --threshold 0.9 street.jpg
              detect-objects --model google/owlvit-base-patch32 --labels "a cat,a remote control" --threshold 0.1 sofa.jpg
              detect-objects --model hustvl/yolos-tiny --manifest photos.jsonl --shard 2/16 --output objects-2.jsonl

            Exit codes: 0 done, 1 some pictures failed and the others are done, 64 usage, 65 damaged or unsupported \
            contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(help: "PNG, JPEG or WebP files, folders of them, or '-' for standard input.")
    var images: [String] = []

    @Flag(help: "Look at the pictures in folders inside the folders, too.")
    var recursive = false

    @Option(help: "The least score of an object, from 0 to 1; one that has just that is left out.")
    var threshold: Float = 0.5

    @Option(help: "text, json, jsonl or csv (default: text).")
    var format: PredictionFormat?

    @Option(help: ArgumentHelp("Draw what is found; for several pictures, into this folder.", valueName: "out.png"))
    var draw: String?

    @OptionGroup(title: "Labels in words") var words: LabelOptions

    @OptionGroup(title: "Many pictures, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        try require("--threshold", threshold, in: 0...1)
        guard draw != "" else { throw ValidationError("--draw must not be empty.") }
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(
                ofTypes: ObjectDetector.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        // Not in validate(), which would hide that an option is unknown.
        guard !images.isEmpty || items.manifest != nil else { throw ValidationError("No picture is named.") }
        let inputs = try InputFiles(
            images, extensions: RGBImage.fileExtensions, kind: "pictures", isRecursive: recursive)
        if items.areGiven { return try detectItems(inputs) }
        let folder = try modelFolder()
        let drawings = DetectionDrawings(draw, of: inputs)
        try common.run.begin(
            reading: inputs.paths + words.files, failures: inputs.failures, model: folder,
            writing: drawings.outputs.files,
            in: drawings.outputs.folder)
        inputs.warnings.forEach(common.run.warn)
        let detector = try loadDetector(folder)
        for warning in detector.warnings { common.run.warn("\(folder.name): \(warning)") }
        let failures = inputs.failures + (try detect(inputs.paths, detector, drawings))
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    /// Loads the model, and tells it what to find where it has to be told.
    func loadDetector(_ folder: ModelFolder) throws -> ObjectDetector {
        let detector = try ObjectDetector(folder, precision: common.precision)
        guard detector.takesLabels == words.areGiven else {
            let cause = words.areGiven ? "has labels of its own: it takes no --labels" : "finds what --labels name"
            throw ValidationError("\(folder.name) \(cause).")
        }
        guard words.areGiven else { return detector }
        let tower = try TextTower(folder, precision: common.precision)
        return try detector.labelled(words.names(), template: words.template ?? "{}", by: tower)
    }

    func modelFolder() throws -> ModelFolder {
        try common.requiredModelFolder(shippedModels: ShippedModels.folder)
    }

    /// Finds objects, prints and draws picture by picture.
    ///
    /// - Returns: why pictures could not be done; it has been reported.
    private func detect(
        _ paths: [String], _ detector: ObjectDetector, _ drawings: DetectionDrawings
    ) throws -> [FileError] {
        var writer = DetectionWriter(format ?? .text, names: paths)
        let failures = try common.run.eachPicture(
            paths, look: { try detector.detect($0, threshold: threshold) },
            show: { index, picture, objects in
                try StandardOutput.write(writer.text(for: paths[index], objects, in: picture))
                try drawings.draw(objects, in: picture, at: index)
            })
        try StandardOutput.write(writer.finish())
        return failures
    }
}
