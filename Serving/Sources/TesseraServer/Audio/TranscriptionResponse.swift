internal import Foundation
internal import Hummingbird
internal import TesseraSpeech

extension Response {
    /// A transcript as the request wants it told.
    ///
    /// - Throws: `FileError` where a number of it is none.
    init(_ transcript: Transcript, _ request: TranscriptionRequest) throws {
        switch request.format {
        case .json: self.init(json: PlainTranscript(transcript))
        case .verboseJSON: self.init(json: VerboseTranscript(transcript, request))
        case .text: self.init(text: transcript.trimmedText + "\n")
        case .srt: self.init(text: try transcript.text(as: .srt, name: request.file.name))
        case .vtt:
            self.init(
                text: try transcript.text(as: .vtt, name: request.file.name), type: "text/vtt; charset=utf-8")
        }
    }
}

extension Transcript {
    /// The text without white space around it, as OpenAI gives it.
    var trimmedText: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// What a request costs: seconds of sound, as OpenAI counts them.
struct DurationUsage: Encodable, Sendable {
    let type = "duration"
    let seconds: Int

    init(_ transcript: Transcript) { seconds = Int(transcript.duration.rounded(.up)) }
}

/// A token and how likely the model called it: a natural logarithm.
struct TokenLogProbability: Encodable, Sendable {
    let token: String
    let logprob: Double
    let bytes: [UInt8]
}

extension [TranscribedSegment] {
    /// Those of the tokens of text; nil where they are not told.
    var logProbabilities: [TokenLogProbability]? {
        guard contains(where: { $0.textTokens != nil }) else { return nil }
        return flatMap { $0.textTokens ?? [] }.map {
            TokenLogProbability(token: $0.text, logprob: $0.logProbability, bytes: $0.bytes)
        }
    }
}

/// OpenAI's `json`.
private struct PlainTranscript: Encodable {
    let text: String
    let logprobs: [TokenLogProbability]?
    let usage: DurationUsage

    init(_ transcript: Transcript) {
        (text, usage) = (transcript.trimmedText, DurationUsage(transcript))
        logprobs = transcript.segments.logProbabilities
    }
}

/// OpenAI's `verbose_json`. Times are in seconds.
private struct VerboseTranscript: Encodable {
    struct Segment: Encodable {
        let id, seek: Int
        let start, end: Double
        let text: String
        let tokens: [Int32]
        let temperature: Float
        let avgLogprob, compressionRatio, noSpeechProb: Double

        init(_ segment: TranscribedSegment) {
            (id, seek, start, end) = (
                segment.id, segment.seek, segment.start.inMilliseconds, segment.end.inMilliseconds
            )
            (text, tokens, temperature) = (segment.text, segment.tokens, segment.temperature)
            avgLogprob = segment.averageLogProbability
            compressionRatio = segment.compressionRatio
            noSpeechProb = segment.noSpeechProbability
        }
    }

    struct Word: Encodable {
        let word: String
        let start, end: Double

        init(_ word: TranscribedWord) {
            self.word = word.word.trimmingCharacters(in: .whitespaces)
            (start, end) = (word.start.inMilliseconds, word.end.inMilliseconds)
        }
    }

    let task, language: String
    let duration: Double
    let text: String
    let segments: [Segment]?
    let words: [Word]?
    let usage: DurationUsage

    init(_ transcript: Transcript, _ request: TranscriptionRequest) {
        task = request.options.task.rawValue
        language = request.options.task == .translate ? "english" : languageName(transcript.language)
        (duration, text, usage) = (transcript.duration, transcript.trimmedText, DurationUsage(transcript))
        segments = request.granularities.contains(.segment) ? transcript.segments.map(Segment.init) : nil
        words =
            request.granularities.contains(.word)
            ? transcript.segments.flatMap { ($0.words ?? []).map(Word.init) } : nil
    }
}

/// `english` for `en`, as OpenAI names languages; the code itself where it has no name.
private func languageName(_ code: String?) -> String {
    guard let code else { return "" }
    return Locale(identifier: "en").localizedString(forLanguageCode: code)?.lowercased() ?? code
}

extension Double {
    /// To the nearest of the milliseconds that subtitles have.
    fileprivate var inMilliseconds: Double { (self * 1000).rounded() / 1000 }
}
