import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraModels
import TesseraTransformer
import TesseraVision

/// How matches are written.
enum MatchFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// Finds pictures by a sentence or by another picture: parses the arguments, brings the index up to date, searches, prints.
@main
struct SearchImages: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "search-images",
        abstract: "Finds pictures by a sentence, or by another picture.",
        discussion: """
            QUERY is the path of a picture where there is such a file, and else a text, which needs a checkpoint of two towers \
            (CLIP, SigLIP); for pictures every classifier will do, and the one that ships is taken unless --model names another. \
            Scores are cosines.

            What was found out about pictures is kept in an index, and files that are new or were changed alone are looked at \
            again: FOLDER/.search-images.safetensors where one folder is named, else the file that --index names. It holds the \
            tensor "features" [pictures, size] and the pictures' names, and is replaced as a whole: a search that is stopped \
            leaves it complete.

            Examples:
              search-images --model openai/clip-vit-base-patch32 "a dog in the snow" photos/
              search-images --model openai/clip-vit-base-patch32 --precision int8 --recursive --sheet found.png "a red boat" photos/
              search-images cat.png photos/
              search-images --index all.safetensors --top-k 50 --format json cat.png photos/ scans/ more.jpg

            Exit codes: 0 done, 1 some pictures failed and the others were searched, 64 usage, 65 damaged or unsupported \
            contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(help: "A text, or the path of a picture.")
    var query: String?

    @Argument(help: "Where to look: PNG, JPEG or WebP files and folders of them.")
    var images: [String] = []

    @Flag(help: "Look at the pictures in folders inside the folders, too.")
    var recursive = false

    @Option(help: ArgumentHelp("Where to keep what was found out about the pictures.", valueName: "file"))
    var index: String?

    @Option(help: "How many pictures to print.")
    var topK = 10

    @Option(help: "text or json.")
    var format = MatchFormat.text

    @Option(help: ArgumentHelp("Draw the pictures that are found on one sheet.", valueName: "out.png"))
    var sheet: String?

    @Option(help: "How many pictures pass the model together.")
    var batchSize = 16

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        try require("--top-k", topK, in: 1...100_000)
        try require("--batch-size", batchSize, in: 1...4096)
        guard index != "" else { throw ValidationError("--index must not be empty.") }
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(
                ofTypes: ImageClassifier.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        guard let query, !query.isEmpty, !images.isEmpty else {
            throw ValidationError("A query and the pictures to look at must be named.")
        }
        guard !images.contains("-") else { throw ValidationError("Standard input cannot be searched.") }
        let inputs = try InputFiles(
            images, extensions: RGBImage.fileExtensions, kind: "pictures", isRecursive: recursive)
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.vitCIFAR10.rawValue, shippedModels: ShippedModels.folder)
        let indexPath =
            index
            ?? (images.count == 1 && isFolder(images[0]) ? joinPath(images[0], ".search-images.safetensors") : nil)
        try common.run.begin(
            reading: inputs.paths + (isPicture(query) ? [query] : []), failures: inputs.failures, model: folder,
            writing: [indexPath, sheet].compactMap(\.self))
        inputs.warnings.forEach(common.run.warn)
        try search(for: query, in: inputs, folder, indexPath)
    }

    private func search(for query: String, in inputs: InputFiles, _ folder: ModelFolder, _ indexPath: String?) throws {
        let classifier = try ImageClassifier(folder, precision: common.precision)
        for warning in classifier.warnings { common.run.warn("\(folder.name): \(warning)") }
        // First: a query that means nothing costs no work on pictures.
        let wanted = try embedding(of: query, classifier, folder)
        var indexing = try Indexing(path: indexPath, classifier: classifier, run: common.run)
        let pictures = indexing.pictures(at: inputs.paths)
        let failures = inputs.failures + (try indexing.update(pictures, batchSize: batchSize))
        let paths = Dictionary(uniqueKeysWithValues: pictures.map { ($0.name, $0.path) })
        let matches = indexing.index.search(for: wanted, among: Set(paths.keys), topK: topK).map {
            FoundPicture(path: paths[$0.name] ?? $0.name, score: $0.score)
        }
        try StandardOutput.write(format == .json ? matches.json() : matches.text())
        if let sheet { try drawSheet(matches, title: isPicture(query) ? splitPath(query).name : query, to: sheet) }
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    private func isPicture(_ query: String) -> Bool { pathExists(query) && !isFolder(query) }

    /// The query in the space of the pictures.
    private func embedding(of query: String, _ classifier: ImageClassifier, _ folder: ModelFolder) throws -> [Float] {
        guard !isPicture(query) else {
            let decoded = try RGBImage.read(query)
            for warning in decoded.warnings { common.run.warn("\(query): \(warning)") }
            return try classifier.features([decoded.image]).values
        }
        guard classifier.takesLabels else {
            throw ValidationError(
                "\(folder.name) has no text tower, and there is no picture called \(query.quoted): a query in words needs CLIP or SigLIP."
            )
        }
        return try TextTower(folder, precision: common.precision).features([query]).values
    }
}
