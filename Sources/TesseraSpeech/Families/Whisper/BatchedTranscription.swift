package import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// Goes through a recording in windows that are cut at pauses, several of which are decoded at a time: what faster-whisper calls batched.
/// Each window is written down by itself, with no text before it but the initial prompt, and gets what it would get alone.
package struct BatchedTranscription<Source: FrameSource>: TranscribedWindows {
    private let source: Source
    private let model: SpeechTransformer
    private let vocabulary: WhisperVocabulary
    private let options: TranscriptionOptions
    private let windowFrames: Int
    private let frameDuration: Double
    /// What features are behind a window's sound.
    private let padding: Float
    private var language: (code: String, id: Int32)?
    /// Of the initial prompt.
    private let prompt: [Int32]
    /// What is still to be decoded, and what was decoded and is still to be handed out; the next one first.
    private var windows: [JoinedWindow]
    private var decoded: ArraySlice<(window: JoinedWindow, result: TranscribedWindow)> = []
    /// How many frames are done with.
    private var doneCount = 0
    private var segmentCount = 0
    private var monotoneTimes: MonotoneTimes
    private let isCancelled: @Sendable () -> Bool

    /// How many windows are decoded at a time.
    private static var windowsAtOnce: Int { 8 }

    /// - Parameter pieces: the frames that are to be transcribed, in order, none longer than a window.
    init(
        _ source: Source, _ model: SpeechTransformer, _ vocabulary: WhisperVocabulary, _ options: TranscriptionOptions,
        pieces: [Range<Int>], windowFrames: Int, frameDuration: Double, padding: Float,
        language: (code: String, id: Int32)?,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.source, self.model, self.vocabulary, self.options) = (source, model, vocabulary, options)
        (self.windowFrames, self.frameDuration, self.padding) = (windowFrames, frameDuration, padding)
        self.isCancelled = isCancelled
        self.language = language
        windows = JoinedWindow.joining(pieces, upTo: windowFrames)
        prompt = vocabulary.promptTokens(options)
        monotoneTimes = MonotoneTimes(duration: source.duration)
    }

    package var progress: (done: Double, duration: Double) {
        let isAtEnd = windows.isEmpty && decoded.isEmpty
        return (isAtEnd ? source.duration : Double(doneCount) * frameDuration, source.duration)
    }

    package var warnings: [String] {
        source.warnings + options.absentClipWarnings(source, frameDuration: frameDuration)
    }

    package func text(of segments: [TranscribedSegment]) -> String { vocabulary.text(of: segments) }

    /// Hands out the next window; nil at the end.
    package mutating func next() throws(FileError) -> TranscribedWindow? {
        if decoded.isEmpty { try decodeNext() }
        guard !isCancelled(), let next = decoded.popFirst() else { return nil }
        var result = next.result
        result.segments.number(from: segmentCount)
        segmentCount += result.segments.count
        monotoneTimes.apply(to: &result.segments)
        doneCount = next.window.end
        return result
    }

    private mutating func decodeNext() throws(FileError) {
        let windows = Array(self.windows.prefix(Self.windowsAtOnce))
        self.windows.removeFirst(windows.count)
        var caches: [KeyValueCache] = []
        for window in windows where !isCancelled() { caches.append(try encoded(window)) }
        guard let first = caches.first, !isCancelled() else { return }
        if language == nil, vocabulary.isMultilingual {
            language = WindowDecoder.language(of: first, model, vocabulary)
        }
        let decoder = WindowDecoder(model: model, vocabulary: vocabulary, options: options, language: language?.id)
        let temperature = options.temperatures[0]
        let results = decoder.decodeTogether(
            caches, previous: prompt, temperature: temperature,
            random: windows.map { decoder.random(seek: $0.start, temperature) }, isCancelled: isCancelled)
        decoded = []
        for (window, (cache, result)) in zip(windows, zip(caches, results)) where !isCancelled() {
            decoded.append((window, finished(window, cache, result, decoder)))
        }
    }

    /// - Returns: a cache that holds the window's encoding and no token.
    private func encoded(_ window: JoinedWindow) throws(FileError) -> KeyValueCache {
        var (values, bins) = ([Float](), 0)
        for piece in window.pieces {
            let features = try source.features(piece)
            (values, bins) = (values + features.values, features.shape[1])
        }
        let sound = Tensor(shape: [window.frameCount, bins], values)
        return WindowEncoding(sound, model: model, windowFrames: windowFrames, padding: padding).whole
    }

    /// Tries the other temperatures where a text does not pass, and cuts it into segments.
    private func finished(
        _ window: JoinedWindow, _ cache: KeyValueCache, _ first: DecodedWindow, _ decoder: WindowDecoder
    ) -> TranscribedWindow {
        var decision = WindowDecision(
            seek: window.start, verdict: first.verdict(options), attempts: [first.attempt])
        let result = decoder.retried(
            first, &decision, cache, previous: prompt, temperatures: options.temperatures.dropFirst(),
            isCancelled: isCancelled)
        guard decision.verdict != .droppedAsSilence else {
            return TranscribedWindow(segments: [], decision: decision, language: language?.code)
        }
        let framesAPosition = windowFrames / model.positionCount(frames: windowFrames)
        var segments = WindowSegments(
            result, vocabulary, seek: 0, frames: window.frameCount, framesAPosition: framesAPosition,
            frameDuration: frameDuration, believesFirstTimestamp: true
        ).whole
        if options.timestamps == .word {
            var wordTimes = WordTimes(options)
            let alignment = WordAlignment(decoder).words(
                segments.flatMap(\.tokens).filter { $0 < vocabulary.endOfText }, window: cache,
                positionCount: window.frameCount / framesAPosition,
                positionDuration: Double(framesAPosition) * frameDuration, language: language?.code)
            wordTimes.add(alignment, to: &segments, offset: 0) { $0 < vocabulary.endOfText }
        }
        for index in segments.indices { segments[index].place(in: window, frameDuration: frameDuration) }
        return TranscribedWindow(segments: segments, decision: decision, language: language?.code)
    }
}
