/// Where utterances begin and end.
extension LiveTranscription {
    /// Seconds of sound behind speech that belong to it.
    static let padding = 0.4
    /// Seconds of sound without speech that are kept: the detector may yet change its mind about them.
    static let judged = 4.0

    /// Looks for speech in new sound, and decodes the window where that is due.
    ///
    /// - Parameters:
    ///   - isLatest: whether no more sound is waiting.
    ///   - isLast: whether none will follow.
    mutating func advance(hearing samples: ArraySlice<Float>, isLatest: Bool, isLast: Bool) throws -> [LiveUpdate] {
        sound.append(samples)
        detection.append(Array(samples))
        guard let speech = detection.firstStretch else { return close(nil) }
        let beginning = utterance == nil ? open(speech) : []
        guard var window else { preconditionFailure("an open utterance has a window") }
        let heard = max(window.start, min(sound.end, place(speech.end + Self.padding)))
        let isOver = isLast || seconds(sound.end) - speech.end >= options.pause
        let isDue = heard - window.decodedEnd >= place(options.interval)
        guard isOver || isDue && (isLatest || heard - window.start >= windowLimit) else {
            return beginning
        }
        var committed = try decode(&window, through: heard, isComplete: isOver)
        if let start = passedOver(by: window) {
            remember(window.agreement.committed)
            window = GrowingWindow(start: start, after: window.agreement.end)
            if isOver { committed += try decode(&window, through: heard, isComplete: true) }
        }
        self.window = window
        guard isOver else { return beginning + news(committed) + shorten() }
        return beginning + [.speechStopped(speech.end)] + news(committed) + close(speech)
    }

    /// Begins an utterance, with a window of its own.
    private mutating func open(_ speech: SpeechStretch) -> [LiveUpdate] {
        let start = max(place(speech.start - options.leadIn), place(lastEnd))
        window = GrowingWindow(start: start, after: lastEnd)
        utterance = OpenUtterance(start: speech.start)
        return [.speechStarted(speech.start)]
    }

    /// Where speech begins that a decoding has no words for: models stop at a pause at times, above all where another voice goes on. Nil
    /// where there is none, or the window holds nothing else.
    private func passedOver(by window: GrowingWindow) -> Int? {
        let end = max(window.agreement.end, seconds(window.start))
        guard window.isDecoded, window.agreement.tentative.isEmpty, !window.agreement.committed.isEmpty,
            let rest = detection.speech(behindWordAt: end), rest.duration > Self.leastPassedOver
        else { return nil }
        // The sound before may still be of the last word.
        return place(max(rest.start - Self.padding, (end + max(end, rest.start)) / 2))
    }

    /// Seconds of speech without a word that are too many.
    private static let leastPassedOver = 1.0

    /// What is to be said of words that are certain now, and of what is behind them.
    mutating func news(_ committed: [TranscribedWord]) -> [LiveUpdate] {
        lastEnd = committed.last?.end ?? lastEnd
        return utterance?.updates(committed, behind: window?.agreement.tentative ?? []) ?? []
    }

    /// Ends the open utterance where there is one, and forgets what lies before sound that can be of the next.
    ///
    /// - Parameter speech: what ended; nil where there is none, or none any more in the detector's judgement.
    private mutating func close(_ speech: SpeechStretch?) -> [LiveUpdate] {
        let end = speech?.end ?? seconds(sound.end) - Self.judged
        detection.forget(before: end)
        sound.discard(before: place(end - max(Self.padding, options.leadIn)))
        remember(window?.agreement.committed ?? [])
        window = nil
        guard let open = utterance else { return [] }
        utterance = nil
        // Where there is no speech, whoever was told that somebody speaks is to hear that nobody does.
        let ending: [LiveUpdate] = speech == nil ? [.speechStopped(open.words.last?.end ?? open.start)] : []
        guard let last = open.words.last else { return ending + (open.shown.isEmpty ? [] : [.tentative([])]) }
        let stretch = SpeechStretch(start: open.start, end: speech?.end ?? last.end)
        let language = options.decoding.language ?? language ?? Transcriber.onlyLanguage
        return ending + [.utterance(LiveUtterance(speech: stretch, words: open.words, language: language))]
    }

    /// The sample at a time in seconds.
    func place(_ time: Double) -> Int { max(0, Int((time * Double(Self.sampleRate)).rounded())) }

    /// The time of a sample in seconds.
    func seconds(_ place: Int) -> Double { Double(place) / Double(Self.sampleRate) }
}
