import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraModels

/// How results are written.
enum TextFormat: String, ExpressibleByArgument, CaseIterable {
    /// A line a text.
    case text
    /// One array of all texts, in their order.
    case json
    /// An object a line.
    case jsonl
}

/// The options that all subcommands have in common: where texts come from, how they are computed and written.
struct TextOptions: ParsableArguments {
    @Argument(help: "The texts themselves.")
    var texts: [String] = []

    @Option(help: ArgumentHelp("A file with a text on each line; '-' is standard input.", valueName: "file"))
    var file: String?

    @Option(
        help: ArgumentHelp(
            "A file of JSON Lines with the texts under \"text\"; '-' is standard input.", valueName: "file.jsonl"))
    var input: String?

    @Option(help: "text, json or jsonl.")
    var format = TextFormat.text

    @Option(help: "How many texts are computed before their results are written.")
    var batchSize = 256

    @Option(
        help:
            "How many tokens of a text are read at most or, of a text that is written, written (default: as the model says)."
    )
    var maxLength: Int?

    @Option(help: ArgumentHelp("An adapter of the model, in PEFT's format.", valueName: "folder"))
    var adapter: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try require("--batch-size", batchSize, in: 1...65_536)
        guard file != "", input != "" else { throw ValidationError("The name of an input must not be empty.") }
    }

    /// What is to be done, loaded; nil where models were to be listed, which then is done.
    ///
    /// - Parameters:
    ///   - shipped: the model that ships for it, where there is one.
    ///   - inputs: files that are read beside those of the texts.
    ///   - outputs: files that are written.
    ///   - leastLength: the smallest --max-length that means anything.
    /// - Throws: `ValidationError` where no model or no text is named, or an output would overwrite an input; `FileError`.
    func load<Task: TextTask>(
        _ task: Task.Type, shipped: ShippedModels.Name? = nil, reading inputs: [String?] = [],
        writing outputs: [String?] = [], leastLength: Int = 3
    ) throws -> Task? {
        try require("--max-length", maxLength, in: leastLength...1_000_000)
        guard !common.listModels else {
            try common.printModels(ofTypes: Task.supportedModelTypes, shippedModels: ShippedModels.folder)
            return nil
        }
        let folder = try modelFolder(shipped)
        let files = [file, input].filter { $0 != "-" } + inputs
        try common.run.begin(reading: files.compactMap(\.self), model: folder, writing: outputs.compactMap(\.self))
        let adapted = try adapter.map { name in try folder.adapted(by: ModelFolder(name)) }
        return try Task(adapted ?? folder, precision: common.precision)
    }

    private func modelFolder(_ shipped: ShippedModels.Name?) throws -> ModelFolder {
        let sources = [!texts.isEmpty, file != nil, input != nil].count { $0 }
        // Not in validate(), which would hide that an option is unknown.
        guard sources > 0 else {
            throw ValidationError("No text is given: as an argument, with --file or with --input.")
        }
        guard sources == 1 else {
            throw ValidationError("Texts come as arguments, from --file or from --input, not from several of them.")
        }
        guard let shipped else { return try common.requiredModelFolder(shippedModels: ShippedModels.folder) }
        return try common.modelFolder(shippedName: shipped.rawValue, shippedModels: ShippedModels.folder)
    }

    /// Calls `body` with some texts at a time; of standard input with those that have come.
    ///
    /// - Parameter limit: how many texts there may be, where a map is drawn of them.
    /// - Returns: why others could not be read, which has been reported, and how many there were in all.
    func forEachBatch(
        names: TextNames = .text, limit: Int? = nil, _ body: ([TextInput]) throws -> Void
    ) throws -> (failures: [FileError], count: Int) {
        var source = try TextSource(self, names)
        var (failures, count) = ([FileError](), 0)
        var batch: [TextInput] = []
        while true {
            let next = try source.next()
            switch next {
            case .success(let text): batch.append(text)
            case .failure(let error):
                StandardError.report(error)
                failures.append(error)
            case nil: break
            }
            count += next == nil ? 0 : 1
            if let limit, count > limit {
                throw ValidationError("--attention-map draws one text, but several are given.")
            }
            if !batch.isEmpty, next == nil || batch.count == batchSize || !source.isReady {
                try body(batch)
                batch = []
            }
            if next == nil { return (failures, count) }
        }
    }
}
