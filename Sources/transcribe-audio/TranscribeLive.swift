import ArgumentParser
import Dispatch
import Synchronization
import TesseraAudio
import TesseraCommands
import TesseraFiles
import TesseraModels
import TesseraSpeech
import TesseraTensor

/// The part of the command that `--live` asks for.
extension TranscribeAudio {
    /// Writes what is said as soon as it is certain, until the sound or the user ends it.
    func transcribeLive() throws {
        try refuseBesideLive()
        let path = recordings.first ?? "-"
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.speechDigits.rawValue, shippedModels: ShippedModels.folder,
            acceptsFile: true)
        try common.run.begin(reading: [path], model: folder)
        let transcriber = try Transcriber(folder, precision: common.precision)
        try decoding.check(transcriber)
        let options = LiveTranscriptionOptions(decoding.options)
        do {
            let transcription = try LiveTranscription(transcriber, options)
            try Interruption.heldBack {
                if path == "-" { try hear(transcriber, options) } else { try hear(path, transcription) }
            }
        } catch let error as UnsupportedOption {
            throw ValidationError("--live: \(error).")
        }
        if let signal = Interruption.received { throw ExitCode(128 + signal) }
    }

    /// - Throws: `ValidationError` (exit code 64) naming the first option that does not go with `--live`.
    private func refuseBesideLive() throws {
        let others: [(name: String, isGiven: Bool)] =
            [
                ("--format \(format?.rawValue ?? "")", format != nil && format != .txt && format != .jsonl),
                ("--output-folder", outputFolder != nil), ("--spectrogram", spectrogram != nil),
                ("--recursive", recursive), ("--manifest", items.manifest != nil), ("--shard", items.shard != nil),
                ("--output", items.output != nil),
            ] + decoding.besideLive + subtitles.given.map { (name: $0.0, isGiven: $0.1) }
        if let other = others.first(where: \.isGiven) {
            throw ValidationError("\(other.name) does not go with --live, which writes words as they are certain.")
        }
        guard recordings.count <= 1 else {
            throw ValidationError("--live hears one recording, but \(recordings.count) are named.")
        }
        guard liveOptions.rawRate == nil || recordings.first ?? "-" == "-" else {
            throw ValidationError("--raw-rate is of bare samples on standard input.")
        }
    }

    /// Goes through a file as fast as it can, as if it were spoken.
    private func hear(_ path: String, _ transcription: LiveTranscription) throws {
        var (transcription, output) = (transcription, LiveOutput(asJSON: format == .jsonl))
        let recording = try AudioFile(path)
        for warning in recording.warnings { common.run.warn("\(path): \(warning)") }
        let samples = try recording.samples(at: LiveTranscription.sampleRate)
        while Interruption.received == nil,
            case let block = try samples.read(upTo: LiveTranscription.sampleRate), !block.isEmpty
        {
            for update in try transcription.append(block) { try output.write(update) }
        }
        for update in try transcription.finish() { try output.write(update) }
    }

    /// Hears standard input as it comes.
    private func hear(_ transcriber: Transcriber, _ options: LiveTranscriptionOptions) throws {
        let sound = ArrivingSound(rawRate: liveOptions.rawRate ?? LiveTranscription.sampleRate)
        let isJSON = format == .jsonl
        try waiting {
            var output = LiveOutput(asJSON: isJSON)
            for try await update in transcriber.live(sound, options) { try output.write(update) }
        }
    }
}

/// Waits for work that waits for others.
private func waiting(for work: @escaping @Sendable () async throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Void, any Error>>(.success(()))
    Task(executorPreference: LongComputation.executor) {
        do { try await work() } catch { result.withLock { $0 = .failure(error) } }
        done.signal()
    }
    done.wait()
    try result.withLock { $0 }.get()
}
