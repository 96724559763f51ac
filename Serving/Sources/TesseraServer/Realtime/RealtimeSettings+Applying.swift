extension RealtimeSettings {
    /// Takes what an update says.
    ///
    /// - Throws: `APIError` 400 naming the member that is wrong, or asks for what is not done.
    mutating func apply(_ update: RealtimeUpdate) throws(APIError) {
        if let type = update.type.value, type != "transcription" {
            throw .invalid("'session.type' must be transcription, not '\(type.prefix(40))'.", "session.type")
        }
        try update.include.refuse("session.include")
        try update.inputAudioNoiseReduction.refuse("session.input_audio_noise_reduction")
        // Nothing is spoken.
        guard update.modalities.value?.allSatisfy({ $0 == "text" }) ?? true else {
            throw .notDone("session.modalities")
        }
        if let name = update.inputAudioFormat.value {
            format = try RealtimeFormat(named: name, of: "session.input_audio_format")
        }
        try apply(update.inputAudioTranscription, "session.input_audio_transcription")
        try apply(update.turnDetection, "session.turn_detection")
        if let input = update.audio.value?.input.value { try apply(input) }
    }

    private mutating func apply(_ input: RealtimeUpdate.Input) throws(APIError) {
        let path = "session.audio.input"
        try input.noiseReduction.refuse("\(path).noise_reduction")
        if let format = input.format.value { self.format = try Self.format(format, "\(path).format") }
        try apply(input.transcription, "\(path).transcription")
        try apply(input.turnDetection, "\(path).turn_detection")
    }

    private static func format(_ format: RealtimeUpdate.Format, _ path: String) throws(APIError) -> RealtimeFormat {
        let type = format.type ?? RealtimeFormat.pcm16.mediaType
        guard let known = RealtimeFormat.allCases.first(where: { $0.mediaType == type }) else {
            let names = RealtimeFormat.allCases.map(\.mediaType).joined(separator: ", ")
            throw .invalid("'\(path).type' must be one of \(names), not '\(type.prefix(40))'.", "\(path).type")
        }
        guard format.rate ?? known.sampleRate == known.sampleRate else {
            throw .invalid("'\(path).rate' must be \(known.sampleRate) for \(type).", "\(path).rate")
        }
        return known
    }

    private mutating func apply(
        _ transcription: Change<RealtimeUpdate.Transcription>, _ path: String
    ) throws(APIError) {
        if case .null = transcription { (model, language, prompt) = (nil, nil, nil) }
        guard let transcription = transcription.value else { return }
        try transcription.keywords.refuse("\(path).keywords")
        try transcription.languages.refuse("\(path).languages")
        try transcription.delay.refuse("\(path).delay")
        transcription.model.apply(to: &model)
        transcription.language.apply(to: &language)
        transcription.prompt.apply(to: &prompt)
        language = language?.lowercased()
    }

    private mutating func apply(_ detection: Change<RealtimeUpdate.TurnDetection>, _ path: String) throws(APIError) {
        if case .null = detection { turnDetection = nil }
        guard let detection = detection.value else { return }
        let type = detection.type ?? "server_vad"
        guard type == "server_vad" else {
            throw .invalid("'\(path).type' must be server_vad, not '\(type.prefix(40))'.", "\(path).type")
        }
        try detection.eagerness.refuse("\(path).eagerness")
        try detection.createResponse.refuse("\(path).create_response")
        try detection.interruptResponse.refuse("\(path).interrupt_response")
        try detection.idleTimeoutMs.refuse("\(path).idle_timeout_ms")
        var settings = turnDetection ?? TurnDetection()
        if let value = detection.threshold { settings.threshold = try value.checked("\(path).threshold", in: 0...1) }
        if let value = detection.prefixPaddingMs {
            settings.prefixPadding = try value.checked("\(path).prefix_padding_ms", in: 0...3000)
        }
        if let value = detection.silenceDurationMs {
            settings.silenceDuration = try value.checked("\(path).silence_duration_ms", in: 100...10_000)
        }
        turnDetection = settings
    }
}

extension Change where Value == String {
    /// Where it is there; an empty text is none.
    fileprivate func apply(to text: inout String?) {
        switch self {
        case .absent: break
        case .null: text = nil
        case .value(let value): text = value.isEmpty ? nil : value
        }
    }
}

extension Change where Value == Refused {
    fileprivate func refuse(_ path: String) throws(APIError) {
        if value?.isWanted ?? false { throw .notDone(path) }
    }
}

extension APIError {
    fileprivate static func notDone(_ path: String) -> APIError {
        .invalid("'\(path)' asks for what is not done here.", path)
    }
}
