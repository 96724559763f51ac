/// Recordings that are spoken one after another, as far as they fit the model's window and the decoder's context.
struct SpeechString {
    let sampleRate: Int
    /// Of the window.
    let sampleLimit: Int
    /// How many more tokens the decoder reads.
    private var room: Int
    private(set) var samples: [Float]
    private(set) var segments: [SpokenSegment] = []

    /// A string that begins with silence.
    ///
    /// - Parameters:
    ///   - margin: samples of silence.
    ///   - room: tokens that the decoder reads behind the start sequence.
    init(sampleRate: Int, sampleLimit: Int, margin: Int, room: Int) {
        (self.sampleRate, self.sampleLimit, self.room) = (sampleRate, sampleLimit, room)
        samples = [Float](repeating: 0, count: margin)
    }

    /// Adds sound and its tokens, unless they do not fit.
    ///
    /// - Parameters:
    ///   - pause: samples of silence before it.
    ///   - beginsSegment: whether it is the first of a segment.
    ///   - mayBeCut: whether it need only begin in the window.
    /// - Returns: whether it was added.
    mutating func add(
        _ sound: [Float], _ tokens: [Int32], after pause: Int = 0, beginsSegment: Bool, mayBeCut: Bool = false
    ) -> Bool {
        let start = samples.count + pause
        // A segment takes two tokens for its times.
        let taken = tokens.count + (beginsSegment ? 2 : 0)
        guard mayBeCut ? start < sampleLimit : start + sound.count <= sampleLimit, taken <= room else { return false }
        room -= taken
        samples += [Float](repeating: 0, count: pause) + sound
        if beginsSegment { segments.append(SpokenSegment(start: seconds(start), end: 0, tokens: [])) }
        segments[segments.count - 1].end = seconds(samples.count)
        segments[segments.count - 1].tokens += tokens
        return true
    }

    /// Adds silence.
    mutating func end(margin: Int) { samples += [Float](repeating: 0, count: margin) }

    private func seconds(_ count: Int) -> Double { Double(count) / Double(sampleRate) }
}
