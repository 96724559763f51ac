import ArgumentParser
import TesseraCommands
import TesseraSpeech

/// Trains a detector of speech.
struct TrainSpeechDetector: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech-detector",
        abstract: "Trains a detector that tells speech from everything else.",
        discussion: """
            The recordings are listed in a manifest, JSON Lines with paths that start from its folder and the seconds in \
            which somebody speaks: {"audio": "clips/1.flac", "speech": [{"start": 0.3, "end": 4.1}]}. A list without \
            stretches says that nobody does. In each epoch another part of each recording is heard, louder or softer.

            Examples:
              train-model speech-detector --data calls.jsonl --from speech-detector --output calls-detector
              train-model speech-detector --data sounds.jsonl --config config.json --output new-detector

            A training that was stopped or killed goes on when the same command is given again. metrics.jsonl in the \
            output folder has the loss of every step.
            """)

    @OptionGroup(title: "Recordings") var recordings: DetectorOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        try DetectorTask(recordings, try start.detectorFolder(), start, seed: training.seed).run(training)
    }
}

/// The options about the recordings of a detector.
struct DetectorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("In which recording somebody speaks when: JSON Lines.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("Recordings to validate with, instead of a part of --data.", valueName: "file"))
    var validationData: String?

    @Option(help: "The part of the recordings that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    @Flag(help: "Go without recordings that cannot be read.")
    var skipUnreadable = false

    func validate() throws {
        try checkSamples(data, validationData: validationData, fraction: validationFraction)
        try require("--dropout", dropout, in: 0...0.9)
    }
}
