internal import TesseraFiles

/// Which recordings may be spoken one after another: those of one language and task, mostly of one speaker.
struct VoiceGroups: Sendable {
    private struct Key: Hashable {
        let startSequence: [Int32]
        let speaker: ByteKey?
    }

    private let recordings: [Key: [Int]]
    private let keys: [Key]

    /// - Parameter members: the numbers of those recordings that may be joined.
    init(_ recordings: [TranscribedRecording], _ spoken: [SpokenRecording], members: [Int]) {
        var groups: [Key: [Int]] = [:]
        let keys = zip(recordings, spoken).map { recording, spoken in
            Key(startSequence: spoken.startSequence, speaker: recording.speaker.map(ByteKey.init))
        }
        for index in members {
            groups[keys[index], default: []].append(index)
            // All speakers together; those whose name is not known are there already.
            guard keys[index].speaker != nil else { continue }
            groups[Key(startSequence: keys[index].startSequence, speaker: nil), default: []].append(index)
        }
        (self.recordings, self.keys) = (groups, keys)
    }

    /// The recordings that may follow a recording, which is among them.
    ///
    /// - Parameter leastOfSpeaker: of so many recordings of its speaker at least only those are taken; nil for all speakers'.
    func companions(of recording: Int, leastOfSpeaker: Int?) -> [Int] {
        let key = keys[recording]
        let ofSpeaker = recordings[key] ?? []
        if let leastOfSpeaker, ofSpeaker.count >= leastOfSpeaker { return ofSpeaker }
        return recordings[Key(startSequence: key.startSequence, speaker: nil)] ?? []
    }
}
