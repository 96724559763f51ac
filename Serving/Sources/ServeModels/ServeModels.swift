internal import ArgumentParser
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Metrics
internal import ServiceLifecycle
internal import TesseraCommands
internal import TesseraFiles
internal import TesseraServer
internal import TesseraSpeech
internal import TesseraTensor

/// `serve-models`: answers requests over HTTP, with the models that are named or with those that ship.
@main struct ServeModels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-models",
        abstract:
            "Serves models over HTTP: OpenAI's API for speech, embeddings and completions, and pictures, series and texts.",
        discussion: """
            A model is named with its task, as in --model transcribe-audio=openai/whisper-base: a folder, the name of a model that ships, \
            or OWNER/NAME from the hub's cache. The tasks are \(ServedTask.allCases.map(\.rawValue).joined(separator: ", ")). The first \
            model of a task answers requests that name none. Without --model those that ship are served.

            Where TESSERA_API_KEYS holds keys, with commas between them, requests must bring one (Authorization: Bearer KEY).

            SIGTERM and SIGINT end the server when what it has accepted is answered.
            """,
        version: tesseraVersion)

    @Option(help: ArgumentHelp("A model and what it does; may be given several times.", valueName: "task=model"))
    var model: [String] = []

    @Option(help: "The arithmetic of the products: f32, bf16 or int8.")
    var precision = Precision.float32

    @Flag(
        help:
            "Encode recordings shorter than 30 s at their own length, several times faster, where the text is then likely."
    )
    var shortClips = false

    @Flag(help: "Transcribe only what the detector takes for speech.")
    var skipSilence = false

    @OptionGroup(title: "Connections") var connections: ConnectionOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @Flag(help: "No line in the log for each request.")
    var quiet = false

    static func main() { launch() }

    func validate() throws { _ = try namedModels }

    func run() throws {
        OpenFileLimit.raise()
        LargeBlocks.giveBack()
        LoggingSystem.bootstrap { JSONLogHandler(label: $0) }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let keys = try keys
        let server = TesseraServer(
            try loadedModels(), limits: limits.serverLimits, keys: keys, transcription: transcription,
            metrics: metrics)
        try serve(server)
    }

    /// How recordings are transcribed where a request does not say it.
    private var transcription: TranscriptionOptions {
        var options = TranscriptionOptions()
        (options.usesShortClips, options.skipsSilence) = (shortClips, skipSilence)
        return options
    }

    /// Those of which requests must bring one.
    private var keys: [String] {
        get throws {
            guard let text = ProcessInfo.processInfo.environment["TESSERA_API_KEYS"] else { return [] }
            let keys = text.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard !keys.contains("") else { throw ValidationError("TESSERA_API_KEYS holds an empty key.") }
            return keys
        }
    }

    /// Runs until a signal comes and all that was accepted is answered.
    private func serve(_ server: TesseraServer) throws {
        // Who sends half a request is told so before.
        let application = try connections.application(
            server, idleTimeout: 2 * limits.receiveTimeout, logsRequests: !quiet)
        let group = ServiceGroup(
            configuration: .init(services: [application], logger: Logger(label: "serve-models")))
        try Interruption.heldBack {
            Task { await group.triggerGracefulShutdown() }
        } _: {
            do {
                try waitFor { try await group.run() }
            } catch {
                throw FileError(.unreadable, path: connections.place, cause: "cannot listen there: \(error)")
            }
        }
    }

    /// What `--model` names, in its order.
    var namedModels: [(task: ServedTask, name: String)] {
        get throws {
            try model.map { argument in
                let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let task = ServedTask(rawValue: parts[0]) else {
                    throw ValidationError(
                        "--model must be TASK=MODEL, as in classify-image=Models/vit-cifar10, not '\(argument)'.")
                }
                return (task, parts[1])
            }
        }
    }
}
