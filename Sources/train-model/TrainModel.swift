import ArgumentParser
import TesseraCommands

/// Trains models: one subcommand for each kind of data.
@main
struct TrainModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-model",
        abstract: "Trains Transformers from scratch, or on from a model that exists.",
        discussion: """
            Examples:
              train-model image --data animals --config config.json --output animals-vit
              train-model image --data shapes --from vit-cifar10 --output shapes-vit --epochs 5
              train-model objects --data cars --from hustvl/yolos-tiny --output cars-yolos
              train-model image-text --data captions.jsonl --from openai/clip-vit-base-patch32 --output captions-clip
              train-model sound --data birds --config ast/config.json --output birds-ast
              train-model speech --data calls.jsonl --from openai/whisper-tiny --output calls-whisper
              train-model speech-detector --data calls.jsonl --from speech-detector --output calls-detector
              train-model series --data sales.csv --from forecaster --output sales-forecaster
              train-model text --data letters.tsv --from Helsinki-NLP/opus-mt-de-en --output letters-de-en
              train-model image --help

            Exit codes: 0 done, 64 usage, 65 damaged or unsupported contents, 66 missing or unreadable input, 73 cannot \
            create an output, 74 reading or writing failed, 130 or 143 stopped by a signal, with a checkpoint saved.
            """,
        version: tesseraVersion,
        subcommands: [
            TrainImage.self, TrainObjects.self, TrainImageText.self, TrainSound.self, TrainSpeech.self,
            TrainSpeechDetector.self,
            TrainSeries.self,
            TrainText.self,
        ])

    static func main() { launch() }

    func run() throws {
        throw ValidationError(
            "Say what to train on: image, objects, image-text, sound, speech, speech-detector, series or text.")
    }
}
