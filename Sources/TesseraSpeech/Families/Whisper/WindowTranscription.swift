package import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// Goes through a recording window by window, as openai/whisper's `transcribe` does: the timestamps of one window say where the
/// next begins.
package struct WindowTranscription<Source: FrameSource>: TranscribedWindows {
    let source: Source
    let model: SpeechTransformer
    let vocabulary: WhisperVocabulary
    let options: TranscriptionOptions
    /// Frames of a window, and seconds of a frame.
    let windowFrames: Int
    let frameDuration: Double
    /// What features are behind the recording's end.
    private let padding: Float
    private(set) var language: (code: String, id: Int32)?
    /// The frames that are transcribed, the next ones first.
    private var clips: [Range<Int>]
    /// Whether they are as the user named them, and openai/whisper takes them, and not what is speech.
    private let areClipsNamed: Bool
    /// Where the next window begins.
    package private(set) var seek = 0
    /// Of the text before, the initial prompt's first.
    private var tokens: [Int32] = []
    private var initialCount = 0
    private var promptStart = 0
    private var segmentCount = 0
    var wordTimes: WordTimes
    private var monotoneTimes: MonotoneTimes
    private let isCancelled: @Sendable () -> Bool

    init(
        _ source: Source, _ model: SpeechTransformer, _ vocabulary: WhisperVocabulary, _ options: TranscriptionOptions,
        speech: [SpeechStretch]?, windowFrames: Int, frameDuration: Double, padding: Float,
        language: (code: String, id: Int32)?,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.source, self.model, self.vocabulary, self.options) = (source, model, vocabulary, options)
        (self.windowFrames, self.frameDuration, self.padding) = (windowFrames, frameDuration, padding)
        self.isCancelled = isCancelled
        self.language = language
        wordTimes = WordTimes(options)
        clips = options.clips(of: source, frameDuration: frameDuration, in: speech)
        areClipsNamed = !options.clips.isEmpty && speech == nil
        monotoneTimes = MonotoneTimes(duration: source.duration)
        tokens = vocabulary.promptTokens(options)
        initialCount = tokens.count
    }

    package var progress: (done: Double, duration: Double) {
        (min(Double(seek) * frameDuration, source.duration), source.duration)
    }

    package var warnings: [String] {
        source.warnings + options.absentClipWarnings(source, frameDuration: frameDuration)
    }

    package func text(of segments: [TranscribedSegment]) -> String { vocabulary.text(of: segments) }

    /// Whether the recording, or a stretch of speech, is no longer than a window. Then its first timestamp is believed, as transformers
    /// does it; openai/whisper lets a text without pairs of timestamps begin with the window.
    private func isShort(_ clip: Range<Int>) -> Bool { clip.count <= windowFrames && !areClipsNamed }

    /// Frames that one position of the encoder stands for.
    var framesAPosition: Int { windowFrames / model.positionCount(frames: windowFrames) }

    /// Transcribes the next window; nil at the end.
    package mutating func next() throws(FileError) -> TranscribedWindow? {
        guard let clip = nextClip(), !isCancelled() else { return nil }
        let frames = min(windowFrames, clip.upperBound - seek)
        let sound = try source.features(seek..<seek + frames)
        let encoding = WindowEncoding(sound, model: model, windowFrames: windowFrames, padding: padding)
        if language == nil, vocabulary.isMultilingual {
            language = WindowDecoder.language(of: encoding.whole, model, vocabulary)
        }
        let decoder = WindowDecoder(
            model: model, vocabulary: vocabulary, options: options, language: language?.id)
        let (result, window, decision) = decode(encoding, decoder)
        guard !isCancelled() else { return nil }
        guard decision.verdict != .droppedAsSilence else {
            seek += frames
            return TranscribedWindow(segments: [], decision: decision, language: language?.code)
        }
        let cut = WindowSegments(
            result, vocabulary, seek: seek, frames: frames, framesAPosition: framesAPosition,
            frameDuration: frameDuration, believesFirstTimestamp: isShort(clip))
        var segments = cut.list
        var next = seek + max(1, cut.advance)
        if options.timestamps == .word {
            let lastSpeech = wordTimes.lastSpeech
            addWords(to: &segments, decoder, window, frames)
            next = frame(behind: segments, cut, frames: frames) ?? next
            switch hallucinations(frames: frames, since: lastSpeech)?.finding(in: segments) ?? .nothing {
            case .nothing: break
            case .pauseInFront(let pause):
                wordTimes.endWindow(at: lastSpeech)
                seek += max(1, frame(at: pause))
                return TranscribedWindow(
                    segments: [],
                    decision: WindowDecision(
                        seek: decision.seek, verdict: .skippedAsHallucination, attempts: decision.attempts),
                    language: language?.code)
            case .invented(let first, let time):
                segments.removeSubrange(first...)
                next = max(seek + 1, frame(at: time))
            }
            wordTimes.endWindow(at: segments.lastEnd ?? lastSpeech)
        }
        seek = next
        finish(&segments)
        if !options.conditionsOnPreviousText || result.temperature > 0.5 { promptStart = tokens.count }
        return TranscribedWindow(segments: segments, decision: decision, language: language?.code)
    }

    /// Numbers a window's segments, empties those without text or duration, and remembers their tokens.
    private mutating func finish(_ segments: inout [TranscribedSegment]) {
        segments.number(from: segmentCount)
        segmentCount += segments.count
        tokens += segments.flatMap(\.tokens)
        monotoneTimes.apply(to: &segments)
    }

    /// The clip that the next window lies in, which begins at `seek`; nil behind the last.
    private mutating func nextClip() -> Range<Int>? {
        while let clip = clips.first {
            seek = max(seek, clip.lowerBound)
            if seek < clip.upperBound { return clip }
            clips.removeFirst()
            if let next = clips.first { seek = next.lowerBound }
        }
        return nil
    }

    /// The text that the next window sees as if it came before.
    private var previousTokens: [Int32] {
        guard options.carriesInitialPrompt else { return Array(tokens[promptStart...]) }
        let room = max(0, model.configuration.decoder.contextLength / 2 - 1 - initialCount)
        return tokens[..<initialCount] + tokens[max(initialCount, promptStart)...].suffix(room)
    }

    /// Tries one temperature after the other until the text passes.
    private func decode(
        _ encoding: WindowEncoding, _ decoder: WindowDecoder
    ) -> (result: DecodedWindow, window: KeyValueCache, decision: WindowDecision) {
        var decision = WindowDecision(seek: seek, verdict: .kept, attempts: [])
        let previous = previousTokens
        if options.usesShortClips, let short = encoding.short {
            let result = decoder.retried(
                nil, &decision, short, previous: previous, temperatures: options.temperatures.prefix(1),
                isCancelled: isCancelled)
            if decision.verdict == .kept || decision.verdict == .droppedAsSilence { return (result, short, decision) }
        }
        let result = decoder.retried(
            nil, &decision, encoding.whole, previous: previous, temperatures: options.temperatures[...],
            isCancelled: isCancelled)
        return (result, encoding.whole, decision)
    }
}
