package import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// Goes through a recording window by window, as openai/whisper's `transcribe` does: the timestamps of one window say where the
/// next begins.
package struct WindowTranscription<Source: FrameSource>: TranscribedWindows {
    private let source: Source
    private let model: SpeechTransformer
    private let vocabulary: WhisperVocabulary
    private let options: TranscriptionOptions
    /// Frames of a window, and seconds of a frame.
    private let windowFrames: Int
    private let frameDuration: Double
    private var language: (code: String, id: Int32)?
    /// Where the next window begins.
    package private(set) var seek = 0
    private var tokens: [Int32] = []
    private var promptStart = 0
    private var segmentCount = 0
    private var wordTimes = WordTimes()
    private var monotoneTimes: MonotoneTimes
    private let isCancelled: @Sendable () -> Bool

    init(
        _ source: Source, _ model: SpeechTransformer, _ vocabulary: WhisperVocabulary, _ options: TranscriptionOptions,
        windowFrames: Int, frameDuration: Double, language: (code: String, id: Int32)?,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.source, self.model, self.vocabulary, self.options) = (source, model, vocabulary, options)
        (self.windowFrames, self.frameDuration, self.isCancelled) = (windowFrames, frameDuration, isCancelled)
        self.language = language
        monotoneTimes = MonotoneTimes(duration: source.duration)
        if let prompt = options.initialPrompt?.trimmed, !prompt.isEmpty {
            tokens = vocabulary.tokenizer.encode(" " + prompt, recognisingAddedTokens: false)
        }
    }

    package var progress: (done: Double, duration: Double) {
        (min(Double(seek) * frameDuration, source.duration), source.duration)
    }

    package var warnings: [String] { source.warnings }

    package func text(of segments: [TranscribedSegment]) -> String {
        vocabulary.text(segments.flatMap(\.tokens).filter { $0 < vocabulary.endOfText })
    }

    /// Whether the recording is no longer than a window. Then silence follows it, as in the models' training, and its first
    /// timestamp is believed, both as transformers does it; openai/whisper has zeros behind every last window, silent or not,
    /// and lets a text without pairs of timestamps begin with the window.
    private var isShort: Bool { source.frameCount <= windowFrames }

    /// Frames that one position of the encoder stands for.
    private var framesAPosition: Int { windowFrames / model.positionCount(frames: windowFrames) }

    /// Transcribes the next window; nil at the end.
    package mutating func next() throws(FileError) -> TranscribedWindow? {
        guard seek < source.frameCount, !isCancelled() else { return nil }
        let frames = min(windowFrames, source.frameCount - seek)
        let sound = try source.features(seek..<seek + frames)
        if options.skipsSilence, !SpeechPresence.isPossible(in: sound) {
            defer { seek += frames }
            return TranscribedWindow(
                segments: [], decision: WindowDecision(seek: seek, verdict: .skippedAsSilence, attempts: []),
                language: language?.code)
        }
        let encoding = WindowEncoding(
            sound, model: model, windowFrames: windowFrames, padding: isShort ? source.silence : 0)
        if language == nil, vocabulary.isMultilingual {
            language = WindowDecoder.language(of: encoding.whole, model, vocabulary)
        }
        let decoder = WindowDecoder(
            model: model, vocabulary: vocabulary, options: options, language: language?.id)
        let (result, memory, decision) = decode(encoding, decoder)
        guard !isCancelled() else { return nil }
        guard decision.verdict != .droppedAsSilence else {
            seek += frames
            return TranscribedWindow(segments: [], decision: decision, language: language?.code)
        }
        let cut = WindowSegments(
            result, vocabulary, seek: seek, frames: frames, framesAPosition: framesAPosition,
            frameDuration: frameDuration, believesFirstTimestamp: isShort)
        var segments = cut.list
        var next = seek + max(1, cut.advance)
        if options.timestamps == .word, let spoken = addWords(to: &segments, decoder, memory, frames) {
            // The last word says where to go on, unless nothing more is said in this window.
            if !cut.isSingleTimestamp, spoken > seek { next = spoken }
        }
        seek = next
        finish(&segments)
        if !options.conditionsOnPreviousText || result.temperature > 0.5 { promptStart = tokens.count }
        return TranscribedWindow(segments: segments, decision: decision, language: language?.code)
    }

    /// Numbers a window's segments, empties those without text or duration, and remembers their tokens.
    private mutating func finish(_ segments: inout [TranscribedSegment]) {
        for index in segments.indices {
            segments[index].id = segmentCount + index
            guard segments[index].start == segments[index].end || segments[index].text.trimmed.isEmpty else { continue }
            (segments[index].text, segments[index].tokens) = ("", [])
            if segments[index].words != nil { segments[index].words = [] }
        }
        segmentCount += segments.count
        tokens += segments.flatMap(\.tokens)
        monotoneTimes.apply(to: &segments)
    }

    /// Tries one temperature after the other until the text passes.
    private func decode(
        _ encoding: WindowEncoding, _ decoder: WindowDecoder
    ) -> (result: DecodedWindow, memory: Tensor, decision: WindowDecision) {
        var decision = WindowDecision(seek: seek, verdict: .kept, attempts: [])
        let previous = Array(tokens[promptStart...])
        func attempt(_ memory: Tensor, _ temperature: Float) -> DecodedWindow {
            let result = decoder.decode(
                memory, previous: previous, temperature: temperature,
                random: RandomGenerator(seed: 0, UInt64(seek), UInt64(temperature.bitPattern)),
                isCancelled: isCancelled)
            decision.attempts.append(result.attempt)
            decision.verdict = result.verdict(options)
            return result
        }
        if options.usesShortClips, let short = encoding.short {
            let result = attempt(short, options.temperatures[0])
            if decision.verdict == .kept || decision.verdict == .droppedAsSilence { return (result, short, decision) }
        }
        let memory = encoding.whole
        var result = attempt(memory, options.temperatures[0])
        for temperature in options.temperatures.dropFirst() where !isCancelled() {
            guard decision.verdict != .kept, decision.verdict != .droppedAsSilence else { break }
            result = attempt(memory, temperature)
        }
        return (result, memory, decision)
    }

    /// Adds the times of words.
    ///
    /// - Returns: the frame that the last word ends at; nil where nothing is said.
    private mutating func addWords(
        to segments: inout [TranscribedSegment], _ decoder: WindowDecoder, _ memory: Tensor, _ frames: Int
    ) -> Int? {
        let vocabulary = vocabulary
        let isText = { (token: Int32) in token < vocabulary.endOfText }
        let offset = Double(seek) * frameDuration
        let alignment = WordAlignment(decoder).words(
            segments.flatMap { $0.tokens.filter(isText) }, memory: memory, positionCount: frames / framesAPosition,
            positionDuration: Double(framesAPosition) * frameDuration, language: language?.code)
        wordTimes.add(alignment, to: &segments, offset: offset, isText: isText)
        let lastWord = segments.last { $0.words?.isEmpty == false }?.words?.last?.end ?? segments.last?.end
        guard let lastWord else { return nil }
        wordTimes.endWindow(at: lastWord)
        return lastWord > offset ? Int((lastWord / frameDuration).rounded(.toNearestOrEven)) : nil
    }
}
