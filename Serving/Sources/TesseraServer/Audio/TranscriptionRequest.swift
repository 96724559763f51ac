internal import Foundation
internal import TesseraAudio
internal import TesseraFiles
internal import TesseraSpeech

/// What a client asks of a recording: the fields of OpenAI's `POST /v1/audio/transcriptions` and `/v1/audio/translations`.
struct TranscriptionRequest: Sendable {
    /// How it is to be told.
    enum Format: String, CaseIterable, Sendable {
        case json, text, srt, vtt
        case verboseJSON = "verbose_json"
    }

    /// What is to have times.
    enum Granularity: String, CaseIterable, Sendable { case word, segment }

    let file: UploadedFile
    let model: String?
    let format: Format
    let granularities: Set<Granularity>
    let isStreamed: Bool
    private(set) var options: TranscriptionOptions

    /// - Parameter usual: the options that hold where the request does not say it, and whether it is to be translated into English.
    /// - Throws: `APIError` 400 naming the field.
    init(_ form: Form, _ usual: TranscriptionOptions) throws(APIError) {
        options = usual
        file = try form.requiredFile("file")
        model = form.text("model")
        format = try form.choice("response_format", Format.self) ?? .json
        granularities = try Self.granularities(form, format)
        isStreamed = try form.flag("stream") ?? false
        guard !isStreamed || format == .json || format == .text else {
            throw .invalid("'stream' goes with the response_format json or text.", "stream")
        }
        options.tellsTokens = form.list("include").contains("logprobs")
        guard !options.tellsTokens || format == .json else {
            throw .invalid("'include' asks for logprobs, which go with the response_format json.", "include")
        }
        options.initialPrompt = form.text("prompt") ?? usual.initialPrompt
        if usual.task == .transcribe { options.language = form.text("language")?.lowercased() ?? usual.language }
        if granularities.contains(.word) { options.timestamps = .word }
        let temperature = try form.number("temperature", in: 0...Float(1))
        if let temperature, temperature > 0 { options.temperatures = [temperature] }
        options.speechRules = try Self.rulesOfPauses(form)
        if options.speechRules != nil { options.isBatched = true }
    }

    /// The recording.
    ///
    /// - Throws: `FileError` where it is none; `APIError` 413 where it is too long.
    func recording(_ limits: ServerLimits) throws -> AudioFile {
        let recording = try file.named { path throws(FileError) in try AudioFile(path) }
        guard recording.duration ?? 0 <= limits.duration else {
            throw APIError.tooLarge("The recording is longer than \(Int(limits.duration)) s.", "file")
        }
        return recording
    }

    private static func granularities(_ form: Form, _ format: Format) throws(APIError) -> Set<Granularity> {
        let name = "timestamp_granularities"
        let names = form.list(name)
        guard names.isEmpty || format == .verboseJSON else {
            throw .invalid("'\(name)' goes with the response_format verbose_json.", name)
        }
        var granularities: Set<Granularity> = []
        for text in names { granularities.insert(try Granularity(named: text, of: name)) }
        return granularities.isEmpty ? [.segment] : granularities
    }

    /// How the recording is cut into windows at its pauses, several of which are decoded at a time: what OpenAI calls `auto`, or
    /// `{"type": "server_vad"}`; nil where it is not.
    private static func rulesOfPauses(_ form: Form) throws(APIError) -> SpeechStretchRules? {
        let name = "chunking_strategy"
        guard let text = form.text(name) else { return nil }
        var rules = SpeechStretchRules.forBatches
        guard text != "auto" else { return rules }
        guard let members = try? JSONDecoder().decode([String: JSONScalar].self, from: Data(text.utf8)),
            members["type"] == .text("server_vad")
        else { throw .invalid("'\(name)' must be auto, or an object of the type server_vad.", name) }
        for (member, value) in members.sorted(by: { $0.key < $1.key }) where member != "type" {
            try rules.choose(member, value, name)
        }
        // With what is added at both sides a stretch still fits into Whisper's window.
        rules.maximumSpeech = 29.5 - 2 * rules.padding
        return rules
    }
}

extension SpeechStretchRules {
    /// Takes a member of `chunking_strategy`. Those that are not known are passed over.
    ///
    /// - Throws: `APIError` 400 where it is no number, or out of bounds.
    fileprivate mutating func choose(_ member: String, _ value: JSONScalar, _ name: String) throws(APIError) {
        func number(in bounds: ClosedRange<Double>) throws(APIError) -> Double {
            guard case .number(let number) = value else {
                throw .invalid("'\(name).\(member)' must be a number.", name)
            }
            guard bounds.contains(number) else {
                throw .invalid(
                    "'\(name).\(member)' must be between \(bounds.lowerBound) and \(bounds.upperBound).", name)
            }
            return number
        }
        switch member {
        case "threshold": use(threshold: Float(try number(in: 0...1)))
        case "prefix_padding_ms": padding = try number(in: 0...3000) / 1000
        case "silence_duration_ms": minimumPause = try number(in: 100...10_000) / 1000
        default: break
        }
    }
}

extension TranscriptionOptions {
    /// The options as a model takes them that knows one language, and is not told which.
    ///
    /// - Throws: `APIError` 400 where the model does not know the language.
    func checked(for transcriber: Transcriber) throws(APIError) -> TranscriptionOptions {
        guard let language else { return self }
        let known = transcriber.languages.isEmpty ? [Transcriber.onlyLanguage] : transcriber.languages
        guard known.contains(language) else {
            throw .invalid(
                "'language' is '\(language.prefix(20))', which \(transcriber.name) does not know.", "language")
        }
        var options = self
        if transcriber.languages.isEmpty { options.language = nil }
        return options
    }
}
