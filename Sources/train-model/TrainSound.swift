import ArgumentParser
import TesseraCommands
import TesseraSpeech
import TesseraTraining

/// Trains an Audio Spectrogram Transformer to classify sounds.
struct TrainSound: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sound",
        abstract: "Trains an Audio Spectrogram Transformer (AST) to classify sounds.",
        discussion: """
            The folder of recordings holds a folder for each class, whose name is the label: birds/thrush/1.flac. A model hears \
            as many frames of 10 ms as max_length in its config.json says: of longer recordings another stretch in each epoch, and \
            their beginning in validation, as classify-audio does. A new model's spectrograms are normalised by what it learns from.

            Examples:
              train-model sound --data birds --config ast/config.json --output birds-ast
              train-model sound --data birds --from owner/name --output birds-ast --epochs 5
              train-model sound --data birds --from owner/name --output birds-ast --freeze encoder patchEmbedding
              classify-audio --model birds-ast garden.flac

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that classify-audio and transformers load, the one so far where it was stopped; metrics.jsonl in it \
            has the loss of every step.
            """)

    @OptionGroup(title: "Sounds") var sounds: SoundOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        let folder = try ClassFolder(recordings: sounds.data)
        let classifier = try start.soundClassifierFolder(labels: folder.classes)
        try SoundTask(sounds, folder, classifier, start, seed: training.seed).run(training)
    }
}
