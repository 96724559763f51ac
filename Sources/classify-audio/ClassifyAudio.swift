public import ArgumentParser
import TesseraAudio
import TesseraAudioCommands
import TesseraCommands
import TesseraFiles
import TesseraModels
import TesseraSpeech

extension PredictionFormat: ExpressibleByArgument {}

/// Says what is heard in recordings: parses the arguments, lets `AudioClassifier` work on one after the other, prints.
@main
struct ClassifyAudio: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify-audio",
        abstract: "Says what is heard in recordings (AST, wav2vec 2.0, HuBERT).",
        discussion: """
            A model hears some seconds at once, AST about ten, wav2vec 2.0 and HuBERT up to five minutes: without --window it \
            is told the beginning of a recording alone, as by transformers. With --window every stretch of so many seconds is \
            labelled, and the recording by the mean of their logits. No model of sounds ships: --model names one, and \
            train-model sound makes one.

            Examples:
              classify-audio --model owner/name street.flac
              classify-audio --model owner/name --top-k 1 --format csv recordings/ > labels.csv
              classify-audio --model owner/name --window 2 --format json film.wav
              ffmpeg -i film.mp4 -f wav - | classify-audio --model owner/name -
              classify-audio --model owner/name --manifest sounds.jsonl --shard 2/16 --output labels-2.jsonl

            Exit codes: 0 done, 1 some recordings failed and the others are done, 64 usage, 65 damaged or unsupported \
            contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(
        help: ArgumentHelp(
            """
            Recordings (WAV, FLAC, OGG, Opus, MP3, AIFF, AU, CAF; with ffmpeg also M4A, WebM, WMA, films and others), \
            folders of them, or '-' for standard input.
            """,
            valueName: "audio"))
    var recordings: [String] = []

    @Flag(help: "Classify the recordings in folders inside the folders, too.")
    var recursive = false

    @Option(help: "How many labels to print of each recording and window.")
    var topK = 5

    @Option(help: ArgumentHelp("Label every stretch of so many seconds.", valueName: "s"))
    var window: Double?

    @Option(help: "text, json, jsonl or csv (default: text).")
    var format: PredictionFormat?

    @OptionGroup(title: "Many recordings, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        try require("--top-k", topK, in: 1...)
        try require("--window", window, in: 0.001...86_400)
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(
                ofTypes: AudioClassifier.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        // Not in validate(), which would hide that an option is unknown.
        guard !recordings.isEmpty || items.manifest != nil else { throw ValidationError("No recording is named.") }
        let inputs = try InputFiles(
            recordings, extensions: AudioFile.fileExtensions, kind: "recordings", isRecursive: recursive)
        if items.areGiven { return try classifyItems(inputs) }
        let folder = try modelFolder()
        try common.run.begin(reading: inputs.paths, failures: inputs.failures, model: folder)
        inputs.warnings.forEach(common.run.warn)
        let failures = inputs.failures + (try classify(inputs.paths, with: try classifier(folder)))
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    func modelFolder() throws -> ModelFolder {
        try common.requiredModelFolder(
            shippedModels: ShippedModels.folder, absence: "--model is needed: no model of sounds ships.")
    }

    /// The model, once it is clear that it can do what is asked.
    func classifier(_ folder: ModelFolder) throws -> AudioClassifier {
        let classifier = try AudioClassifier(folder, precision: common.precision)
        let durations = classifier.windowDurations
        if let window, !durations.contains(window) {
            throw ValidationError(
                "--window \(window): \(classifier.name) hears \(durations.lowerBound) to \(durations.upperBound) seconds at once."
            )
        }
        return classifier
    }

    /// - Returns: why recordings could not be classified; it has been reported.
    private func classify(_ paths: [String], with classifier: AudioClassifier) throws -> [FileError] {
        let progress = ProgressBar(total: paths.count, isQuiet: common.run.quiet)
        defer { progress.finish() }
        var writer = SoundLabelWriter(format ?? .text, names: paths)
        var failures: [FileError] = []
        for path in paths {
            do {
                let recording = try openRecording(path)
                let sound = try classifier.classify(recording, window: window, topK: topK)
                for warning in sound.warnings { common.run.warn("\(path): \(warning)") }
                try StandardOutput.write(try writer.text(for: path, sound))
            } catch let error as FileError {
                StandardError.report(error)
                failures.append(error)
            }
            progress.advance(by: 1)
        }
        progress.finish()
        try StandardOutput.write(writer.finish())
        return failures
    }
}
