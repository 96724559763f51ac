/// How long windows are.
extension LiveTranscription {
    /// Takes the beginning of a window that has become too long out of it, as far as its words are certain.
    mutating func shorten() -> [LiveUpdate] {
        guard var window, window.decodedEnd - window.start > longestWindow else { return [] }
        var committed: [TranscribedWord] = []
        let isTooLong = window.decodedEnd - window.start >= windowLimit
        if isTooLong, window.agreement.cut == nil { committed = window.agreement.commitAll() }
        if let cut = window.agreement.cut {
            shorten(&window, cut)
        } else if isTooLong {
            window = GrowingWindow(start: window.decodedEnd, after: window.agreement.end)
        }
        self.window = window
        sound.discard(before: window.start)
        detection.forget(before: seconds(window.start) - Self.judged)
        return news(committed)
    }

    /// Takes words that are certain out of a window.
    private mutating func shorten(_ window: inout GrowingWindow, _ cut: LocalAgreement.Cut) {
        remember(window.agreement.committed.prefix(cut.count))
        window.agreement.forget(cut.count)
        window.start = max(window.start, place(cut.time))
    }

    /// Samples of a window that is shortened where words are certain.
    private var longestWindow: Int { min(place(options.longestWindow), modelWindow / 2) }

    /// Samples of a window that is shortened anyhow: the next decoding would not have room.
    var windowLimit: Int { modelWindow - max(2 * place(options.interval), modelWindow / 4) }

    private var modelWindow: Int { model.spectrogram?.settings.windowSampleCount ?? 30 * Self.sampleRate }
}

extension LocalAgreement {
    /// A place between two certain words: how many are before it, and when it is, in seconds.
    typealias Cut = (count: Int, time: Double)

    /// Where a window can be cut: behind the last sentence that is certain, else so that two certain words stay, by which the next
    /// decoding is matched. Nil where too little is certain.
    fileprivate var cut: Cut? {
        cut(behind: committed.indices.dropFirst().last { committed[$0 - 1].endsSentence } ?? committed.count - 2)
    }

    private func cut(behind count: Int) -> Cut? {
        count > 0 ? (count, (committed[count - 1].end + committed[count].start) / 2) : nil
    }
}

extension TranscribedWord {
    fileprivate var endsSentence: Bool { word.last.map { ".?!。？！".contains($0) } ?? false }
}
