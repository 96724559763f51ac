/// What becomes of a window.
extension LiveTranscription {
    /// Decodes a window up to a sample; where it is complete, all of its words are committed.
    ///
    /// - Returns: the words that are certain now.
    mutating func decode(
        _ window: inout GrowingWindow, through end: Int, isComplete: Bool
    ) throws -> [TranscribedWord] {
        var committed: [TranscribedWord] = []
        // In a pause nothing new is heard, and the last decoding is as good as another.
        if !isComplete || !window.isDecoded || end - window.decodedEnd > place(Self.padding / 2) {
            let hypothesis = model.hypothesis(of: soundOf(window, through: end, isComplete: isComplete))
            try Task.checkCancellation()
            (window.decodedEnd, window.isDecoded) = (end, hypothesis != nil)
            if let hypothesis { committed = add(hypothesis, to: &window) }
        }
        return committed + (isComplete ? window.agreement.commitAll() : [])
    }

    private func soundOf(_ window: GrowingWindow, through end: Int, isComplete: Bool) -> LiveWindow {
        LiveWindow(
            samples: sound[window.start..<end], previousText: prompt,
            language: options.decoding.language ?? language, isComplete: isComplete, options: options.decoding)
    }

    /// Lets a decoding agree with the one before.
    private mutating func add(_ hypothesis: LiveHypothesis, to window: inout GrowingWindow) -> [TranscribedWord] {
        let (offset, end) = (seconds(window.start), seconds(window.decodedEnd))
        let words = hypothesis.words.map { word in
            TranscribedWord(
                word: word.word, start: word.start + offset, end: min(word.end + offset, end),
                probability: word.probability)
        }
        let committed = window.agreement.add(words, heardUntil: end)
        if !committed.isEmpty, end - offset >= Self.languageWindow { language = hypothesis.language }
        if !hypothesis.isTrusted { text = "" }
        return committed
    }

    /// Seconds of a window that is long enough to tell its language for good.
    private static var languageWindow: Double { 3 }

    /// Takes note of words that are certain and no longer in the window.
    mutating func remember(_ words: some Sequence<TranscribedWord>) {
        text = String((text + words.map(\.word).joined()).suffix(2 * Self.promptLength))
    }

    /// Characters of a prompt, as whisper_streaming has it.
    private static var promptLength: Int { 200 }

    /// The last words that are certain before the window, for the model to go on from.
    private var prompt: String {
        guard options.decoding.conditionsOnPreviousText else { return "" }
        let words = text.split(separator: " ")
        var (count, length) = (0, 0)
        while count < words.count, length < Self.promptLength {
            count += 1
            length += words[words.count - count].count + 1
        }
        return words.suffix(count).joined(separator: " ")
    }
}
