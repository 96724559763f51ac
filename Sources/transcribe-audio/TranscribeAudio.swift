import ArgumentParser
import TesseraAudio
import TesseraAudioCommands
import TesseraCommands
import TesseraFiles
import TesseraModels
import TesseraSpeech

/// Writes down what is said in recordings: parses the arguments, lets `Transcriber` work on one after the other, prints.
@main
struct TranscribeAudio: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcribe-audio",
        abstract: "Writes down what is said in recordings, with Whisper, Speech2Text, wav2vec 2.0 or HuBERT.",
        discussion: """
            Without --model, the model that ships writes down spoken digits. --model also takes one file of whisper.cpp \
            (ggml-NAME.bin) or openai/whisper (NAME.pt, with its vocabulary beside it), and folders of CTranslate2. wav2vec 2.0 and \
            HuBERT (with CTC) know one language and no tasks, prompts or temperatures; they find the times of words.

            Examples:
              transcribe-audio three-one-four.flac
              transcribe-audio --model owner/name interview.flac
              transcribe-audio --model ggml-base.bin interview.flac
              transcribe-audio --model owner/name --language de --format json rede.mp3
              transcribe-audio --model owner/name --format srt film.wav > film.srt
              transcribe-audio --model owner/name --output-folder texts recordings/
              transcribe-audio --model owner/name --spectrogram sound.png word.wav
              arecord -f S16_LE -r 16000 -c 1 -t raw | transcribe-audio --model owner/name --live -
              ffmpeg -i film.mp4 -map 0:a:1 -f wav - | transcribe-audio --model owner/name -
              transcribe-audio --model owner/name --manifest calls.jsonl --shard 2/16 --output texts-2.jsonl

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

    @Flag(help: "Transcribe the recordings in folders inside the folders, too.")
    var recursive = false

    @Option(help: "txt, json, srt, vtt or tsv; with --live txt or jsonl (default: txt).")
    var format: OutputFormat?

    @Option(
        help: ArgumentHelp(
            "Write a file for each recording into this folder, NAME.txt for instance, in the same folders inside.",
            valueName: "folder"))
    var outputFolder: String?

    @OptionGroup var decoding: DecodingOptions

    @OptionGroup(title: "Speech as it is spoken") var liveOptions: LiveOptions

    @OptionGroup(title: "Subtitles") var subtitles: SubtitleOptions

    @Option(help: ArgumentHelp("Draw the recording as the model hears it.", valueName: "out.png"))
    var spectrogram: String?

    @OptionGroup(title: "Many recordings, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    static func main() { launch() }

    func validate() throws {
        guard outputFolder != "" else { throw ValidationError("--output-folder must not be empty.") }
    }

    var runOptions: RunOptions { common.run }

    func run() throws {
        if common.listModels {
            return try common.printModels(ofTypes: Transcriber.supportedModelTypes, shippedModels: ShippedModels.folder)
        }
        if liveOptions.live { return try transcribeLive() }
        // Not in validate(), which would hide that an option is unknown.
        guard !recordings.isEmpty || items.manifest != nil else { throw ValidationError("No recording is named.") }
        guard format != .jsonl else { throw ValidationError("--format jsonl needs --live.") }
        let inputs = try InputFiles(
            recordings, extensions: AudioFile.fileExtensions, kind: "recordings", isRecursive: recursive)
        if items.areGiven { return try transcribeItems(inputs) }
        guard spectrogram == nil || inputs.count == 1 else {
            throw ValidationError("--spectrogram draws one recording, but \(inputs.count) are named.")
        }
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.speechDigits.rawValue, shippedModels: ShippedModels.folder,
            acceptsFile: true)
        let output = try TranscriptOutput(
            format?.ofTranscripts ?? .txt, of: inputs, folder: outputFolder, layout: try subtitles.layout(for: decoding)
        )
        try common.run.begin(
            reading: inputs.paths, failures: inputs.failures, model: folder,
            writing: output.files + [spectrogram].compactMap(\.self), in: outputFolder)
        inputs.warnings.forEach(common.run.warn)

        let transcriber = try Transcriber(folder, precision: common.precision)
        try decoding.check(transcriber)
        let failures = inputs.failures + (try transcribe(inputs.paths, with: transcriber, to: output))
        if !failures.isEmpty { throw ExitCode(inputCount: inputs.count, failures: failures) }
    }

    /// Transcribes one recording after the other; each transcript is printed or written when it is complete.
    ///
    /// - Returns: why recordings could not be transcribed; it has been reported.
    private func transcribe(
        _ paths: [String], with transcriber: Transcriber, to output: TranscriptOutput
    ) throws -> [FileError] {
        var output = output
        var progress = SoundProgress(paths, isQuiet: common.run.quiet)
        defer { progress.finish() }
        var failures: [FileError] = []
        for (index, path) in paths.enumerated() {
            let transcript: Transcript
            do {
                let recording = try openRecording(path)
                if let spectrogram { try drawSpectrogram(of: recording, for: transcriber, to: spectrogram) }
                transcript = try transcriber.transcribe(recording, decoding.options) { _, done, duration in
                    progress.show(done, of: duration, in: index)
                }
            } catch let error as FileError {
                StandardError.report(error)
                failures.append(error)
                continue
            }
            for warning in transcript.warnings { common.run.warn("\(path): \(warning)") }
            try output.add(transcript, of: index)
        }
        progress.finish()
        try output.finish()
        return failures
    }
}
