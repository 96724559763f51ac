public import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraModels
import TesseraVision

extension PredictionFormat: ExpressibleByArgument {}

/// Says what is in pictures: parses the arguments, lets `ImageClassifier` work batch by batch, prints.
@main
struct ClassifyImage: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify-image",
        abstract:
            "Says what is in pictures, with a vision Transformer (ViT, DeiT, DINOv2, DINOv3, BEiT, Swin, CLIP, SigLIP).",
        discussion: """
            --features writes an embedding of each picture: the tensor "features" [pictures, size], and in the metadata's \
            "images" the pictures' names as a JSON array, in the order of the rows. Of a model with a classification head it \
            is what the head sees: the class token (ViT, DeiT, some BEiT; hidden size), the class token and the distillation \
            token (distilled DeiT; twice that), the class token and the mean of the patches (DINOv2; twice that), or the \
            normalised mean of the patches (BEiT; hidden size). A model without a head (ViTModel, DeiTModel, Dinov2Model, \
            BeitModel) gives what transformers calls pooler_output: the class token through the pooler and tanh (ViT, DeiT; \
            the pooler's size), the class token (DINOv2, DINOv3, and where there is no pooler), or as with a head (BEiT). Such a \
            model prints no labels, and needs --features or --attention-map. With --features, labels are printed where --format or \
            --top-k asks for them.

            A checkpoint of two towers (CLIP, SigLIP) takes its labels in words: --labels, or --labels-file with one a line; each \
            is put into --template ("This is a photo of {}."). Its embeddings are of length 1 and lie in the space that \
            pictures share with texts: --label-features writes those of the labels, the tensor "features" [labels, size] with the \
            metadata's "labels".

            Examples:
              classify-image cat.png
              classify-image --top-k 1 --format csv photos/ > labels.csv
              classify-image --model owner/name --precision bf16 photos/*.jpg
              classify-image --attention-map looked-at.png cat.png
              classify-image --model openai/clip-vit-base-patch32 --labels "a cat,a dog,a truck" photos/
              classify-image --features photos.safetensors --recursive photos/
              curl -s https://example.org/cat.jpg | classify-image --format json -
              classify-image --manifest photos.jsonl --shard 2/16 --output labels-2.jsonl

            Exit codes: 0 done, 1 some pictures failed and the others are done, 64 usage, 65 damaged or unsupported \
            contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(help: "PNG, JPEG or WebP files, folders of them, or '-' for standard input.")
    var images: [String] = []

    @Flag(help: "Classify the pictures in folders inside the folders, too.")
    var recursive = false

    @Option(help: "How many labels of each picture to print (default: 5).")
    var topK: Int?

    @Option(help: "text, json, jsonl or csv (default: text).")
    var format: PredictionFormat?

    @Option(help: "How many pictures pass the model together; results are printed a batch at a time.")
    var batchSize = 16

    @Option(help: ArgumentHelp("Write the pictures' embeddings to this file.", valueName: "out.safetensors"))
    var features: String?

    @Option(help: ArgumentHelp("Draw where the model looks in the picture.", valueName: "out.png"))
    var attentionMap: String?

    @Option(
        help: ArgumentHelp(
            "Draw one head of one layer, both counted from 0, instead of all of them.", valueName: "layer:head"))
    var attentionHead: AttentionHead?

    @OptionGroup(title: "Labels in words") var words: LabelOptions

    @Option(help: ArgumentHelp("Write the labels' embeddings to this file.", valueName: "out.safetensors"))
    var labelFeatures: String?

    @OptionGroup(title: "Many pictures, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        try require("--top-k", topK, in: 1...)
        try require("--batch-size", batchSize, in: 1...4096)
        guard labelFeatures == nil || words.areGiven else {
            throw ValidationError("--label-features needs --labels or --labels-file.")
        }
        guard attentionHead == nil || attentionMap != nil else {
            throw ValidationError("--attention-head needs --attention-map, which says where to draw.")
        }
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(
                ofTypes: ImageClassifier.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        // Not in validate(), which would hide that an option is unknown.
        guard !images.isEmpty || items.manifest != nil else { throw ValidationError("No picture is named.") }
        let inputs = try InputFiles(
            images, extensions: RGBImage.fileExtensions, kind: "pictures", isRecursive: recursive)
        if items.areGiven { return try classifyItems(inputs) }
        guard attentionMap == nil || inputs.count == 1 else {
            throw ValidationError("--attention-map draws one picture, but \(inputs.count) are named.")
        }
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.vitCIFAR10.rawValue, shippedModels: ShippedModels.folder)
        try common.run.begin(
            reading: inputs.paths + words.files, failures: inputs.failures, model: folder,
            writing: [features, attentionMap, labelFeatures].compactMap(\.self))
        inputs.warnings.forEach(common.run.warn)

        let classifier = try loadClassifier(folder)
        guard classifier.hasHead || features != nil || attentionMap != nil else {
            throw ValidationError(headless(classifier) + ": --features and --attention-map need none.")
        }
        guard attentionMap == nil || classifier.hasAttentionMap else {
            throw ValidationError("\(folder.name) looks at windows of a picture: --attention-map has nothing to draw.")
        }
        let configuration = classifier.model.configuration
        try attentionHead?.check(layerCount: configuration.layerCount, headCount: configuration.block.headCount)
        for warning in classifier.warnings { common.run.warn("\(folder.name): \(warning)") }
        let failures = inputs.failures + (try classify(inputs.paths, with: classifier))
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    /// Embeddings alone are not asked for labels.
    private var printsLabels: Bool { features == nil || format != nil || topK != nil }

    /// Classifies, prints and writes batch by batch.
    ///
    /// - Returns: why pictures could not be classified; it has been reported.
    private func classify(_ paths: [String], with classifier: ImageClassifier) throws -> [FileError] {
        let progress = ProgressBar(total: paths.count, isQuiet: common.run.quiet)
        defer { progress.finish() }
        var writer = PredictionWriter(format ?? .text, names: paths)
        var embeddings = Embeddings()
        var failures: [FileError] = []
        for start in stride(from: 0, to: paths.count, by: batchSize) {
            let batch = Array(paths[start..<min(start + batchSize, paths.count)])
            var text = ""
            for (path, result) in zip(batch, try classifier.classify(files: batch, topK: topK ?? 5, read: readImage)) {
                switch result {
                case .success(let picture):
                    for warning in picture.warnings { common.run.warn("\(path): \(warning)") }
                    if printsLabels { text += try writer.text(for: path, picture.predictions) }
                    if features != nil { embeddings.add(path, picture.features) }
                    if let attentionMap { try draw(picture, classifier, to: attentionMap) }
                case .failure(let error):
                    StandardError.report(error)
                    failures.append(error)
                }
            }
            try StandardOutput.write(text)
            progress.advance(by: batch.count)
        }
        progress.finish()
        try StandardOutput.write(writer.finish())
        if let features { try embeddings.write(to: features) }
        return failures
    }

    private func draw(_ picture: ClassifiedImage, _ classifier: ImageClassifier, to path: String) throws {
        let map = try classifier.attentionMap(
            prepared: picture.image, attentionHead.map { .head(layer: $0.layer, head: $0.head) } ?? .allLayers)
        try drawAttentionMap(map, of: picture, caption: attentionHead?.caption ?? "attention rollout", to: path)
    }
}
