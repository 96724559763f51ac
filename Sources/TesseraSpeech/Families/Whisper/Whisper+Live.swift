internal import TesseraAudio
internal import TesseraTensor
internal import TesseraTransformer

extension Whisper: LiveSpeechModel {
    package func hypothesis(of window: LiveWindow) -> LiveHypothesis? {
        let source = SampleFrames(window.samples, logMelSpectrogram)
        let settings = logMelSpectrogram.settings
        let frames = min(source.frameCount, settings.windowFrameCount)
        guard frames > 0 else { return LiveHypothesis(words: [], language: window.language) }
        let encoding = WindowEncoding(
            source.features(0..<frames), model: transformer, windowFrames: settings.windowFrameCount,
            padding: padding.feature(behind: source))
        let language = language(of: encoding, window)
        let decoder = WindowDecoder(
            model: transformer, vocabulary: vocabulary, options: window.limitedOptions(transformer),
            language: language?.id)
        guard let (result, cache) = decoder.decode(encoding, window, vocabulary) else { return nil }
        let words = result.map {
            self.words($0, cache, decoder, frames: frames, settings.frameDuration, language?.code)
        }
        return LiveHypothesis(words: words ?? [], language: language?.code, isTrusted: result?.isTrusted ?? true)
    }

    /// The language that was asked for, or is heard.
    private func language(of encoding: WindowEncoding, _ window: LiveWindow) -> (code: String, id: Int32)? {
        if let known = vocabulary.languages.first(where: { $0.code == window.language }) { return known }
        guard vocabulary.isMultilingual else { return nil }
        let memory = window.options.usesShortClips ? encoding.short ?? encoding.whole : encoding.whole
        return WindowDecoder.language(of: memory, transformer, vocabulary)
    }

    /// The words of a window's text with their times.
    private func words(
        _ result: DecodedWindow, _ cache: KeyValueCache, _ decoder: WindowDecoder, frames: Int, _ frameDuration: Double,
        _ language: String?
    ) -> [TranscribedWord] {
        let windowFrames = logMelSpectrogram.settings.windowFrameCount
        let framesAPosition = windowFrames / transformer.positionCount(frames: windowFrames)
        var segments = WindowSegments(
            result, vocabulary, seek: 0, frames: frames, framesAPosition: framesAPosition,
            frameDuration: frameDuration, believesFirstTimestamp: true
        ).whole
        let isText = { (token: Int32) in token < vocabulary.endOfText }
        let alignment = WordAlignment(decoder).words(
            segments.flatMap(\.tokens).filter(isText), window: cache, positionCount: frames / framesAPosition,
            positionDuration: Double(framesAPosition) * frameDuration, language: language)
        var times = WordTimes(decoder.options)
        times.add(alignment, to: &segments, offset: 0, isText: isText)
        return segments.flatMap { $0.words ?? [] }.filter { !$0.word.trimmed.isEmpty }.spoken
    }
}

extension [TranscribedWord] {
    /// The words without those that were said in no time: where a model repeats itself behind the end of the sound, attention finds no
    /// place for the words.
    var spoken: [TranscribedWord] {
        let isSpoken = map { $0.end - $0.start >= 0.02 }
        let run = indices.dropLast(2).first { !isSpoken[$0] && !isSpoken[$0 + 1] && !isSpoken[$0 + 2] }
        let kept = self[..<(run ?? endIndex)]
        return Array(kept.prefix((kept.lastIndex { $0.end - $0.start >= 0.02 } ?? -1) + 1))
    }
}

extension WindowDecoder {
    /// Decodes a window: at its own length, and at full length where the text is doubtful; other temperatures are tried when it is complete.
    ///
    /// - Returns: no text where it is silent; nil where a window that grows has a doubtful one.
    fileprivate func decode(
        _ encoding: WindowEncoding, _ window: LiveWindow, _ vocabulary: WhisperVocabulary
    ) -> (result: DecodedWindow?, cache: KeyValueCache)? {
        let prompt = vocabulary.tokens(ofPrompt: window.previousText)
        var decision = WindowDecision(seek: 0, verdict: .kept, attempts: [])
        let short = options.usesShortClips ? encoding.short : nil
        var cache = short ?? encoding.whole
        var result = retried(
            nil, &decision, cache, previous: prompt, temperatures: options.temperatures.prefix(1),
            isCancelled: { Task.isCancelled })
        let others = window.isComplete ? options.temperatures[...] : options.temperatures.prefix(1)
        if decision.verdict.isDoubtful {
            // At full length the first temperature may do; else the others are to.
            cache = encoding.whole
            result = retried(
                short == nil ? result : nil, &decision, cache, previous: prompt,
                temperatures: short == nil ? others.dropFirst() : others, isCancelled: { Task.isCancelled })
        }
        guard window.isComplete || !decision.verdict.isDoubtful else { return nil }
        return (decision.verdict == .droppedAsSilence ? nil : result, cache)
    }
}

extension DecodedWindow {
    /// Whether the text may go before others, as openai/whisper has it.
    fileprivate var isTrusted: Bool { temperature <= 0.5 }
}

extension LiveWindow {
    /// Nobody speaks faster than this many tokens a second; a model that repeats itself is stopped early.
    private static let tokensASecond = 12

    /// The options with a limit on tokens that fits the window.
    fileprivate func limitedOptions(_ model: SpeechTransformer) -> TranscriptionOptions {
        var options = options
        let most = options.tokenLimit ?? model.configuration.decoder.contextLength / 2
        options.tokenLimit = min(most, 16 + Self.tokensASecond * samples.count / LiveTranscription.sampleRate)
        return options
    }
}
