package import TesseraFiles
internal import TesseraLayers
package import TesseraTensor

/// Frames of sound that are made as they are asked for.
package protocol FrameSource {
    /// How many frames the recording has.
    var frameCount: Int { get }
    /// Seconds of the recording.
    var duration: Double { get }
    /// - Returns: log-mel features, `[frames, mel bins]`
    func features(_ frames: Range<Int>) throws(FileError) -> Tensor
    /// What a feature of silence is.
    var silence: Float { get }
    /// What is odd about the recording's file.
    var warnings: [String] { get }
}

extension FrameSource {
    package var warnings: [String] { [] }
}

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
        var segments = segments(result, frames: frames)
        if options.timestamps == .word { addWords(to: &segments.list, decoder, memory, frames, segments.end) }
        if seek == decision.seek { seek += max(1, segments.end.advance) }
        for index in segments.list.indices {
            segments.list[index].id = segmentCount + index
            guard segments.list[index].start == segments.list[index].end || segments.list[index].text.trimmed.isEmpty
            else { continue }
            (segments.list[index].text, segments.list[index].tokens) = ("", [])
            if segments.list[index].words != nil { segments.list[index].words = [] }
        }
        segmentCount += segments.list.count
        tokens += segments.list.flatMap(\.tokens)
        if !options.conditionsOnPreviousText || result.temperature > 0.5 { promptStart = tokens.count }
        monotoneTimes.apply(to: &segments.list)
        return TranscribedWindow(segments: segments.list, decision: decision, language: language?.code)
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
            decision.verdict = verdict(result)
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

    private func verdict(_ result: DecodedWindow) -> WindowDecision.Verdict {
        let isUnlikely = options.logProbabilityThreshold.map { result.averageLogProbability < $0 } ?? false
        if let threshold = options.noSpeechThreshold, result.noSpeechProbability > threshold {
            // A window that is likely enough counts as speech whatever the probability of none.
            let isTrusted = options.logProbabilityThreshold.map { result.averageLogProbability > $0 } ?? false
            if !isTrusted { return .droppedAsSilence }
        }
        if let threshold = options.compressionRatioThreshold, result.compressionRatio > threshold {
            return .keptThoughRepetitive
        }
        return isUnlikely ? .keptThoughUnlikely : .kept
    }

    /// How a window's timestamps end, and how far they say to go on.
    private struct End {
        /// Whether its last token is a timestamp without a twin: nothing more is said in it.
        var isSingleTimestamp: Bool
        /// In frames.
        var advance: Int
    }

    /// Cuts a window's tokens where timestamps come in pairs.
    private func segments(_ result: DecodedWindow, frames: Int) -> (list: [TranscribedSegment], end: End) {
        let tokens = result.tokens
        let offset = Double(seek) * frameDuration
        let precision = Double(framesAPosition) * frameDuration
        let isTimestamp = tokens.map(vocabulary.isTimestamp)
        func time(_ token: Int32) -> Double { Double(token - vocabulary.firstTimestamp) * precision }
        var end = End(isSingleTimestamp: isTimestamp.suffix(2) == [false, true], advance: frames)
        var cuts = tokens.indices.dropFirst().filter { isTimestamp[$0 - 1] && isTimestamp[$0] }
        guard !cuts.isEmpty else {
            var duration = Double(frames) * frameDuration
            if let last = tokens.last(where: vocabulary.isTimestamp), last != vocabulary.firstTimestamp {
                duration = time(last)
            }
            let start = isShort ? tokens.first.flatMap { vocabulary.isTimestamp($0) ? time($0) : nil } ?? 0 : 0
            return ([segment(result, tokens, offset + start, offset + max(start, duration))], end)
        }
        if end.isSingleTimestamp { cuts.append(tokens.count) }
        var first = 0
        var list: [TranscribedSegment] = []
        for cut in cuts {
            let part = Array(tokens[first..<cut])
            list.append(segment(result, part, offset + time(part[0]), offset + time(part[part.count - 1])))
            first = cut
        }
        if !end.isSingleTimestamp {
            end.advance = Int(tokens[first - 1] - vocabulary.firstTimestamp) * framesAPosition
        }
        return (list, end)
    }

    private func segment(
        _ result: DecodedWindow, _ tokens: [Int32], _ start: Double, _ end: Double
    ) -> TranscribedSegment {
        TranscribedSegment(
            id: 0, seek: seek, start: start, end: end,
            text: vocabulary.text(tokens.filter { $0 < vocabulary.endOfText }), tokens: tokens,
            temperature: result.temperature, averageLogProbability: result.averageLogProbability,
            compressionRatio: result.compressionRatio, noSpeechProbability: result.noSpeechProbability)
    }

    /// Times of words; the last of them says where the next window begins, unless nothing more is said in this one.
    private mutating func addWords(
        to segments: inout [TranscribedSegment], _ decoder: WindowDecoder, _ memory: Tensor, _ frames: Int, _ end: End
    ) {
        let vocabulary = vocabulary
        let isText = { (token: Int32) in token < vocabulary.endOfText }
        let offset = Double(seek) * frameDuration
        let alignment = WordAlignment(decoder).words(
            segments.flatMap { $0.tokens.filter(isText) }, memory: memory, positionCount: frames / framesAPosition,
            positionDuration: Double(framesAPosition) * frameDuration, language: language?.code)
        wordTimes.add(alignment, to: &segments, offset: offset, isText: isText)
        let lastWord = segments.last { $0.words?.isEmpty == false }?.words?.last?.end ?? segments.last?.end
        guard let lastWord else { return }
        if !end.isSingleTimestamp, lastWord > offset {
            seek = Int((lastWord / frameDuration).rounded(.toNearestOrEven))
        }
        wordTimes.endWindow(at: lastWord)
    }
}

/// A window through the encoder, at full length and at its own, each computed when it is first asked for.
private final class WindowEncoding {
    private let sound: Tensor
    private let model: SpeechTransformer
    private let windowFrames: Int
    private let padding: Float

    /// - Parameters:
    ///   - sound: `[frames, mel bins]`
    ///   - padding: what follows it.
    init(_ sound: Tensor, model: SpeechTransformer, windowFrames: Int, padding: Float) {
        (self.sound, self.model, self.windowFrames, self.padding) = (sound, model, windowFrames, padding)
    }

    /// Padded to a window's length, `[1, positions, hidden]`.
    private(set) lazy var whole = encoded(frames: windowFrames)

    /// With half a second of padding behind it; nil where that is no shorter.
    private(set) lazy var short: Tensor? = {
        let frames = (sound.shape[0] + 50 + 1) / 2 * 2
        return frames < windowFrames ? encoded(frames: frames) : nil
    }()

    private func encoded(frames: Int) -> Tensor {
        var input = Tensor(shape: [1, frames, sound.shape[1]], repeating: padding)
        input.replaceTokens(from: 0, with: sound.reshaped([1] + sound.shape))
        return model.encoded(input)
    }
}
