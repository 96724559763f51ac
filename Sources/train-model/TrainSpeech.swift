import ArgumentParser
import TesseraCommands
import TesseraSpeech

/// Trains a Whisper to write down what is said.
struct TrainSpeech: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech",
        abstract: "Trains a Whisper to write down what is said in recordings.",
        discussion: """
            The recordings are listed in a manifest, with paths that start from its folder: JSON Lines such as \
            {"audio": "clips/1.flac", "text": "three one four", "language": "en"}, where "segments" may give each \
            sentence's "start", "end" and "text"; or a table with tabs, as Common Voice has it, with the columns path and \
            sentence.

            Examples:
              train-model speech --data calls.jsonl --from openai/whisper-tiny --output calls-whisper
              train-model speech --data calls.tsv --language en --from whisper-tiny --freeze encoder --output calls-whisper
              train-model speech --data digits.jsonl --join 8 --config new-whisper --output digits-whisper
              transcribe-audio --model calls-whisper call.wav

            A new model takes all its files but the weights from the folder that --config names: config.json, \
            preprocessor_config.json, generation_config.json and the tokenizer's. To freeze the encoder freezes the \
            convolutions before it too, and spares their backward pass.

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that transcribe-audio and transformers load, the one so far where it was stopped; metrics.jsonl in it \
            has the loss of every step.
            """)

    @OptionGroup(title: "Recordings") var recordings: SpeechOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        let task = try RecordingTask(
            recordings, try start.transcriberFolder(), start, freezing: training.freeze, seed: training.seed)
        try task.run(training)
    }
}
