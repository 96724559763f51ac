internal import TesseraFiles

/// Makes of transcripts the token sequences on which Whisper is trained (Radford et al., 2022, 2.3 and figure 1).
///
/// ```
/// [<|startofprev|> text] <|startoftranscript|> <|en|> <|transcribe|> <|notimestamps|> text <|endoftext|>
/// [<|startofprev|> text] <|startoftranscript|> <|en|> <|transcribe|> <|0.10|> text <|1.20|> <|endoftext|>
/// ```
///
/// Nothing is learned of the text before. Where nobody speaks, `<|nospeech|>` is to follow the first token.
struct WhisperTranscriptEncoding: TranscriptEncoding {
    let vocabulary: WhisperVocabulary
    /// The most tokens that the decoder reads.
    let contextLength: Int
    /// In seconds: of the model's window, and from one timestamp to the next.
    let windowDuration, precision: Double
    /// Whether the vocabulary holds the timestamps of a whole window.
    let knowsTimes: Bool
    /// The number of the timestamp of the window's end.
    private let lastTimestamp: Int

    /// - Throws: `FileError` naming the file and the key.
    init(
        _ folder: SpeechFolder, _ configuration: SpeechConfiguration, windowDuration: Double
    ) throws(FileError) {
        vocabulary = try WhisperVocabulary(folder, configuration)
        contextLength = configuration.decoder.contextLength
        self.windowDuration = windowDuration
        precision = windowDuration / Double(configuration.encoderContextLength)
        lastTimestamp = configuration.encoderContextLength
        knowsTimes = Int(vocabulary.firstTimestamp) + lastTimestamp < configuration.decoder.vocabularySize
    }

    var endToken: Int32 { vocabulary.endOfText }

    /// Text begins with a space, as Whisper's does.
    func tokens(_ text: String) -> [Int32] {
        let text = text.trimmed
        return text.isEmpty ? [] : vocabulary.tokenizer.encode(" " + text, recognisingAddedTokens: false)
    }

    /// The sequence for a transcript whose segments begin within the window and follow one another. The last may go on behind
    /// its end: then it is named by its start alone, for the next window to begin there.
    func targets(_ transcript: SpokenTranscript) -> SpeechTargets {
        var sequence = transcript.startSequence
        if transcript.hasTimes && !transcript.segments.isEmpty {
            var earliest = 0
            for segment in transcript.segments {
                let start = timestamp(segment.start, from: earliest)
                sequence.append(vocabulary.firstTimestamp + Int32(start))
                guard isWhole(segment) else { break }
                earliest = timestamp(segment.end, from: start)
                sequence += segment.tokens + [vocabulary.firstTimestamp + Int32(earliest)]
            }
        } else {
            sequence += [vocabulary.noTimestamps] + transcript.segments.flatMap(\.tokens)
        }
        sequence.append(vocabulary.endOfText)
        var targets = Array(sequence.dropFirst())
        if transcript.segments.isEmpty, let noSpeech = vocabulary.noSpeech { targets[0] = noSpeech }
        let before = prompt(transcript.previous, room: contextLength - targets.count)
        return SpeechTargets(
            inputs: before + sequence.dropLast(), targets: [Int32](repeating: -1, count: before.count) + targets)
    }

    /// Whether a segment ends within the window, to the timestamp.
    func isWhole(_ segment: SpokenSegment) -> Bool { segment.end <= windowDuration + precision / 2 }

    /// How many tokens the decoder reads at most behind the start sequence of a transcript of `segments`.
    func tokenCount(of segments: [SpokenSegment], hasTimes: Bool) -> Int {
        segments.reduce(0) { $0 + $1.tokens.count } + (hasTimes ? max(2 * segments.count, 1) : 1)
    }

    /// A segment's tokens between those of its times, in seconds.
    func timed(_ tokens: [Int32], from start: Double, to end: Double) -> [Int32] {
        let first = timestamp(start, from: 0)
        let times = [first, timestamp(end, from: first)].map { vocabulary.firstTimestamp + Int32($0) }
        return [times[0]] + tokens + [times[1]]
    }

    /// As much of the text before as decoding would show.
    private func prompt(_ previous: [Int32], room: Int) -> [Int32] {
        let count = min(contextLength / 2, room) - 1
        guard let startOfPrevious = vocabulary.startOfPrevious, !previous.isEmpty, count > 0 else { return [] }
        return [startOfPrevious] + previous.suffix(count)
    }

    /// The number of the timestamp next to `time`, in seconds.
    private func timestamp(_ time: Double, from earliest: Int) -> Int {
        min(max(Int((time / precision).rounded()), earliest), lastTimestamp)
    }

    /// The tokens that the transcript of `recording` begins with.
    ///
    /// - Parameter language: of recordings that name none.
    /// - Throws: `FileError` naming the recording when the model does not know its language or task.
    func startSequence(_ recording: TranscribedRecording, language: String?) throws(FileError) -> [Int32] {
        let languages = vocabulary.languages
        guard vocabulary.isMultilingual else {
            if let code = recording.language, code != Transcriber.onlyLanguage {
                throw recording.error(.badData, "is in \(code.quoted), a language that the model does not know")
            }
            guard recording.task == .transcribe else { throw recording.error(.badData, "the model does not translate") }
            return vocabulary.startSequence(language: nil, task: .transcribe)
        }
        guard let code = recording.language ?? language ?? (languages.count == 1 ? languages[0].code : nil) else {
            throw recording.error(.badData, "its language is not said, and the model knows \(languages.count)")
        }
        // Common Voice writes sv-SE where Whisper writes sv.
        let short = String(code.lowercased().prefix { $0 != "-" && $0 != "_" })
        guard let language = languages.first(where: { $0.code == code }) ?? languages.first(where: { $0.code == short })
        else { throw recording.error(.badData, "is in \(code.quoted), a language that the model does not know") }
        guard recording.task == .transcribe || vocabulary.translate != nil else {
            throw recording.error(.badData, "the model does not translate")
        }
        return vocabulary.startSequence(language: language.id, task: recording.task)
    }
}
