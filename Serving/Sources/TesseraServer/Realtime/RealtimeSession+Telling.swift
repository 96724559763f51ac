internal import Foundation
internal import Metrics
internal import TesseraSpeech

/// What the client is told.
extension RealtimeSession {
    /// What becomes known, as events.
    mutating func told(_ updates: [LiveUpdate]) -> [Data] {
        guard settings.turnDetection != nil else { return deltas(updates) }
        var told: [Data] = []
        for update in updates {
            switch update {
            case .speechStarted(let time): told += completed() + [started(time)]
            case .speechStopped(let time): told += stopped(time)
            default: told += deltas([update])
            }
        }
        return told + completed()
    }

    mutating func deltas(_ updates: [LiveUpdate]) -> [Data] {
        updates.compactMap { update in
            guard case .committed(let words) = update else { return nil }
            var item = item ?? RealtimeItem(start: end)
            defer { self.item = item }
            return events.delta(item.id, item.append(words.map(\.word).joined()))
        }
    }

    /// Somebody begins to speak at a time in seconds since the transcription began.
    private mutating func started(_ time: Double) -> Data {
        let leadIn = Double(settings.turnDetection?.prefixPadding ?? 0) / 1000
        let item = item ?? RealtimeItem(start: max(end, time + hearing.offset - leadIn))
        self.item = item
        return events.speechStarted(item.id, at: milliseconds(item.start))
    }

    /// Nobody speaks any more, from a time on.
    private mutating func stopped(_ time: Double) -> [Data] {
        guard var item else { return [] }
        let silence = Double(settings.turnDetection?.silenceDuration ?? 0) / 1000
        let end = min(hearing.duration, time + hearing.offset + silence)
        item.end = end
        return [events.speechStopped(item.id, at: milliseconds(end))] + committed(item)
    }

    /// The item holds all of its sound.
    mutating func committed(_ item: RealtimeItem) -> [Data] {
        let told = events.committed(item.id, after: lastItem)
        (self.item, lastItem, end) = (item, item.id, item.end ?? end)
        return told
    }

    /// Tells the whole text of an item that has ended.
    mutating func completed() -> [Data] {
        guard let item, let end = item.end else { return [] }
        self.item = nil
        FloatingPointCounter(label: "tessera.audio.seconds").increment(by: end - item.start)
        return [events.completed(item.id, item.text, seconds: end - item.start)]
    }

    private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}
