public import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraModels
import TesseraVision

extension PredictionFormat: ExpressibleByArgument {}

/// Says of each pixel of pictures what it is part of: parses the arguments, lets `ImageSegmenter` work picture by picture, prints and
/// draws.
@main
struct SegmentImage: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment-image",
        abstract: "Says of each pixel of pictures what it is part of, with a segmentation Transformer (SegFormer).",
        discussion: """
            Prints the share of a picture that each label has, the largest first. --map writes the labels of all pixels, at the \
            picture's own size: a gray PNG whose levels are the labels' indices, of 8 bits, or of 16 for more than 256 labels. --draw \
            draws them in colours over the picture, with a legend. Both write into a file, or, for several pictures, into files of a \
            folder.

            Examples:
              segment-image --model nvidia/segformer-b0-finetuned-ade-512-512 --draw seen.png street.jpg
              segment-image --model nvidia/segformer-b0-finetuned-ade-512-512 --map labels.png street.jpg
              segment-image --model nvidia/segformer-b0-finetuned-ade-512-512 --format json --map maps photos/ > shares.json
              segment-image --model segformer-b2 --manifest photos.jsonl --shard 2/16 --output shares-2.jsonl

            Exit codes: 0 done, 1 some pictures failed and the others are done, 64 usage, 65 damaged or unsupported \
            contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(help: "PNG, JPEG or WebP files, folders of them, or '-' for standard input.")
    var images: [String] = []

    @Flag(help: "Look at the pictures in folders inside the folders, too.")
    var recursive = false

    @Option(help: "text, json, jsonl or csv (default: text).")
    var format: PredictionFormat?

    @Option(
        help: ArgumentHelp(
            "Write the label of each pixel; for several pictures, into this folder.", valueName: "map.png"))
    var map: String?

    @Option(
        help: ArgumentHelp(
            "Draw labels over the picture; for several pictures, into this folder.", valueName: "out.png"))
    var draw: String?

    @OptionGroup(title: "Many pictures, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        guard map != "" else { throw ValidationError("--map must not be empty.") }
        guard draw != "" else { throw ValidationError("--draw must not be empty.") }
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(
                ofTypes: ImageSegmenter.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        // Not in validate(), which would hide that an option is unknown.
        guard !images.isEmpty || items.manifest != nil else { throw ValidationError("No picture is named.") }
        let inputs = try InputFiles(
            images, extensions: RGBImage.fileExtensions, kind: "pictures", isRecursive: recursive)
        if items.areGiven { return try segmentItems(inputs) }
        let folder = try modelFolder()
        let outputs = SegmentationOutputs(map: map, draw: draw, of: inputs)
        try common.run.begin(
            reading: inputs.paths, failures: inputs.failures, model: folder, writing: outputs.files,
            in: outputs.maps.folder, outputs.drawings.folder)
        inputs.warnings.forEach(common.run.warn)
        let segmenter = try loadSegmenter(folder)
        for warning in segmenter.warnings { common.run.warn("\(folder.name): \(warning)") }
        let failures = inputs.failures + (try segment(inputs.paths, segmenter, outputs))
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    func modelFolder() throws -> ModelFolder {
        try common.requiredModelFolder(shippedModels: ShippedModels.folder)
    }

    /// Segments, prints, writes and draws picture by picture.
    ///
    /// - Returns: why pictures could not be done; it has been reported.
    private func segment(
        _ paths: [String], _ segmenter: ImageSegmenter, _ outputs: SegmentationOutputs
    ) throws -> [FileError] {
        var writer = SegmentationWriter(format ?? .text, names: paths)
        let failures = try common.run.eachPicture(
            paths, look: { try segmenter.segment($0) },
            show: { index, picture, segmentation in
                try StandardOutput.write(writer.text(for: paths[index], segmentation))
                try outputs.write(segmentation, of: picture, at: index)
            })
        try StandardOutput.write(writer.finish())
        return failures
    }
}
