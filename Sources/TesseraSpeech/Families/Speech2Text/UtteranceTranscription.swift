internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTensor
internal import TesseraTransformer

/// Goes through a recording in stretches that the encoder takes, each of them normalised and transcribed by itself
/// (transformers, `Speech2TextForConditionalGeneration`).
struct UtteranceTranscription: TranscribedWindows {
    private let model: SpeechTransformer
    private let vocabulary: UtteranceVocabulary
    private let options: TranscriptionOptions
    private let samples: AudioSamples
    /// What the file says of its length, in seconds.
    private let expectedDuration: Double?
    private var isAtEnd = false
    private var count = 0
    /// Samples that were read.
    private var sampleCount = 0

    /// As long as LibriSpeech's longest utterances, on which the published models were trained.
    private static let longest = 30

    init(
        _ recording: AudioFile, _ model: SpeechTransformer, _ vocabulary: UtteranceVocabulary,
        _ options: TranscriptionOptions
    ) throws(FileError) {
        (self.model, self.vocabulary, self.options) = (model, vocabulary, options)
        expectedDuration = recording.duration
        samples = try recording.samples(at: vocabulary.features.settings.sampleRate)
    }

    var warnings: [String] { samples.warnings }
    private var seconds: Double { Double(sampleCount) / Double(samples.sampleRate) }
    var progress: (done: Double, duration: Double) { (seconds, isAtEnd ? seconds : expectedDuration ?? seconds) }

    func text(of segments: [TranscribedSegment]) -> String { segments.map(\.text).joined() }

    /// Transcribes the next stretch; nil at the end.
    mutating func next() throws(FileError) -> TranscribedWindow? {
        let settings = vocabulary.features.settings
        let strides = model.configuration.convolutions.reduce(1) { $0 * $1.stride }
        let most = model.configuration.encoderContextLength * strides * settings.hopLength
        let stretch = try samples.read(upTo: min(UtteranceTranscription.longest * settings.sampleRate, most))
        guard !stretch.isEmpty, !Task.isCancelled else {
            isAtEnd = true
            return nil
        }
        let seek = sampleCount / settings.hopLength
        let start = seconds
        sampleCount += stretch.count
        var window = TranscribedWindow(
            segments: [], decision: WindowDecision(seek: seek, verdict: .skippedAsSilence, attempts: []), language: nil)
        // Less than a window of the spectrogram, or nothing at all: there is nothing to transcribe.
        guard vocabulary.features.frameCount(sampleCount: stretch.count) > 0 else { return window }
        let found = decode(stretch)
        let text = vocabulary.tokenizer.decode(found.tokens)
        let average = found.logProbability / Double(found.tokens.count + 1)
        let ratio = compressionRatio(text)
        window.decision.verdict = .kept
        window.decision.attempts = [
            .init(
                temperature: 0, averageLogProbability: average, compressionRatio: ratio, noSpeechProbability: 0)
        ]
        guard !text.isEmpty else { return window }
        window.segments = [
            TranscribedSegment(
                id: count, seek: seek, start: start, end: seconds, text: count == 0 ? text : " " + text,
                tokens: found.tokens, temperature: 0, averageLogProbability: average, compressionRatio: ratio,
                noSpeechProbability: 0)
        ]
        count += 1
        return window
    }

    private func decode(_ stretch: [Float]) -> FoundSequence {
        let frames = vocabulary.features(stretch)
        let memory = model.encoded(frames.reshaped([1] + frames.shape))
        let beams = options.beamSize ?? vocabulary.beamCount
        let limit = min(vocabulary.tokenLimit, options.tokenLimit ?? Int.max)
        var cache = model.decoder.makeCache(memory: memory)
        let logits = model.decoder.nextLogits(after: [[vocabulary.startToken]], cache: &cache)
        var rules = LengthPenalizedBeamSearch.Rules(endTokens: [vocabulary.endToken], limit: limit)
        rules.lengthPenalty = vocabulary.lengthPenalty
        return model.decoder.generate(
            from: logits, cache: &cache, search: LengthPenalizedBeamSearch(count: beams, rules),
            limit: limit, isCancelled: { Task.isCancelled })[0]
    }
}
