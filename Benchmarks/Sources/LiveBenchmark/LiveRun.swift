import BenchmarkSupport
import TesseraSpeech

/// A recording that is heard by a clock which goes on with the sound, and with the time that work takes.
struct LiveRun {
    private struct Word {
        let word: TranscribedWord
        /// When it was certain, in seconds.
        let time: Double
    }

    private var words: [Word] = []
    /// Seconds: of the sound, of all work, and from the sound's end to that of the work.
    private var (duration, work, lag) = (0.0, 0.0, 0.0)
    private var lines: [String] = []
    /// Whether the clock stands still while something is decoded.
    private let isSteady: Bool

    /// Seconds of sound that a microphone gives at once.
    private static let piece = 0.1

    init(isSteady: Bool) { self.isSteady = isSteady }

    var text: String { lines.joined(separator: "\n") }

    mutating func hear(_ samples: [Float], by transcription: LiveTranscription) throws {
        var transcription = transcription
        let rate = Double(LiveTranscription.sampleRate)
        duration = Double(samples.count) / rate
        var (clock, heard) = (0.0, 0)
        while heard < samples.count {
            clock = max(clock, Double(heard) / rate + Self.piece)
            let end = min(samples.count, Int((clock / Self.piece + 1e-6).rounded(.down) * Self.piece * rate))
            try advance(&clock) { try transcription.append(Array(samples[heard..<end]), keepsUp: true) }
            heard = end
        }
        try advance(&clock) { try transcription.finish() }
        lag = clock - duration
    }

    /// Works, and lets the clock go on meanwhile.
    private mutating func advance(_ clock: inout Double, _ body: () throws -> [LiveUpdate]) throws {
        var updates: [LiveUpdate] = []
        let seconds = try milliseconds { updates = try body() } / 1000
        clock += isSteady ? 0 : seconds
        work += seconds
        for update in updates {
            switch update {
            case .committed(let committed): words += committed.map { Word(word: $0, time: clock) }
            case .tentative, .speechStarted, .speechStopped: break
            case .utterance(let utterance): lines.append(utterance.text)
            }
        }
    }

    func report(_ name: String, against offline: [TranscribedWord], said: String) {
        let normalized = TextNormalizer(language: "en")
        let written = normalized(words.map(\.word.word).joined())
        let whole = normalized(offline.map(\.word).joined())
        let delays = delays(against: offline).sorted()
        func wrong(_ text: String, _ reference: String) -> Double {
            ErrorRate.words(text, against: reference).rate * 100
        }
        let figures = [
            ("median delay of words", median(delays), "s"),
            ("95 % of words by", delays[delays.count * 95 / 100], "s"),
            ("words wrong, live", wrong(written, normalized(said)), "%"),
            ("words wrong, offline", wrong(whole, normalized(said)), "%"),
            ("words other than offline", wrong(written, whole), "%"), ("work by sound", work / duration * 100, "%"),
            ("done behind the sound's end", lag, "s"),
        ]
        for (label, value, unit) in figures { BenchmarkSupport.report(name, label, value, unit) }
    }

    /// From the end of each word that both have to when it was certain, in seconds.
    private func delays(against offline: [TranscribedWord]) -> [Double] {
        common(words.map { plain($0.word) }, offline.map(plain)).map { words[$0].time - offline[$1].end }
    }

    /// The places of words that both have, in order.
    private func common(_ own: [String], _ others: [String]) -> [(Int, Int)] {
        let changes = others.difference(from: own)
        let removed = Set(changes.removals.map(\.place))
        let inserted = Set(changes.insertions.map(\.place))
        let kept = others.indices.filter { !inserted.contains($0) }
        return Array(zip(own.indices.filter { !removed.contains($0) }, kept))
    }

    private func plain(_ word: TranscribedWord) -> String { word.word.lowercased().filter(\.isLetter) }
}

extension CollectionDifference.Change {
    fileprivate var place: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
