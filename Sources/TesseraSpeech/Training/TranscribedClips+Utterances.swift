internal import TesseraFiles
internal import TesseraLayers

extension TranscribedClips {
    /// What is heard in a clip before noise: recordings one after another, or one alone.
    func utterance(_ sample: Int, _ random: inout RandomGenerator) throws(FileError) -> Utterance {
        guard let joining else { return try single(sample, &random) }
        if random.nextUniform() < joining.silenceProbability { return silence(sample, &random) }
        return isJoinable[sample] ? try joined(joining, from: sample, &random) : try single(sample, &random)
    }

    /// One recording.
    private func single(_ sample: Int, _ random: inout RandomGenerator) throws(FileError) -> Utterance {
        let recording = spoken[sample]
        // Not so slow that what fits the window at the recording's own speed no longer does.
        let needed = recording.segments.first.map { Int(($0.end / encoding.windowDuration * 100).rounded(.up)) } ?? 0
        let speed = max(randomSpeed(&random), min(needed, 100))
        let segments = recording.segments.map { segment in
            SpokenSegment(
                start: segment.start * 100 / Double(speed), end: segment.end * 100 / Double(speed),
                tokens: segment.tokens)
        }
        return Utterance(
            samples: speedFilters(try samples(of: sample), speed: speed),
            transcript: SpokenTranscript(
                startSequence: recording.startSequence, segments: segments,
                hasTimes: recording.hasTimes && random.nextUniform() < 0.5))
    }

    /// A clip in which nobody speaks, in the language of a recording: silence where there is no noise yet.
    private func silence(_ sample: Int, _ random: inout RandomGenerator) -> Utterance {
        let seconds = random.nextUniform(in: 0...1) * Float(encoding.windowDuration)
        return Utterance(
            samples: [Float](repeating: 0, count: Int(seconds * Float(sampleRate))),
            transcript: SpokenTranscript(
                startSequence: spoken[sample].startSequence, segments: [], hasTimes: false))
    }

    /// A string of recordings that begins with one, and is mostly a single segment.
    private func joined(
        _ joining: SpeechJoining, from sample: Int, _ random: inout RandomGenerator
    ) throws(FileError) -> Utterance {
        let isOfOneSpeaker = random.nextUniform() < joining.oneSpeakerProbability
        // Of fewer recordings the same words would follow one another.
        let companions = voices.companions(of: sample, leastOfSpeaker: isOfOneSpeaker ? joining.maximumCount : nil)
        let startSequence = spoken[sample].startSequence
        let first = try piece(sample, joining, &random)
        var string = SpeechString(
            sampleRate: sampleRate, sampleLimit: windowSampleCount,
            margin: min(randomMargin(joining, &random), windowSampleCount - first.count),
            room: encoding.contextLength - startSequence.count)
        guard string.add(first, spoken[sample].tokens, beginsSegment: true) else {
            preconditionFailure("what is joined fits the window and the context")
        }
        try extend(&string, joining, companions, isNewSegment: false, &random)
        while random.nextUniform() < joining.nextSegmentProbability,
            try extend(&string, joining, companions, isNewSegment: true, &random)
        {}
        string.end(margin: randomMargin(joining, &random))
        var transcript = SpokenTranscript(
            startSequence: startSequence, segments: string.segments,
            hasTimes: encoding.knowsTimes && random.nextUniform() < 0.5)
        if random.nextUniform() < joining.previousTextProbability {
            transcript.previous = previous(joining, companions, hasTimes: transcript.hasTimes, &random)
        }
        return Utterance(samples: string.samples, transcript: transcript)
    }

    /// A few segments as if they came before, with times where the clip has some: long recordings are decoded after such text.
    private func previous(
        _ joining: SpeechJoining, _ companions: [Int], hasTimes: Bool, _ random: inout RandomGenerator
    ) -> [Int32] {
        var tokens: [Int32] = []
        var time = 0.0
        for _ in 0..<random.nextInteger(in: 1...4) {
            let words = (0..<random.nextInteger(in: 1...joining.maximumCount)).flatMap { _ in
                spoken[companions.randomElement(&random)].tokens
            }
            // Half a second a token, in a window that begins anew where they would not fit.
            let duration = min(Double(words.count) / 2, encoding.windowDuration)
            if time + duration > encoding.windowDuration { time = 0 }
            tokens += hasTimes ? encoding.timed(words, from: time, to: time + duration) : words
            time += duration + Double(random.nextUniform())
        }
        return tokens
    }

    /// Adds recordings to a string as long as they fit: to its segment, so that this has any number of them up to the most,
    /// or as a segment of its own after a longer pause, which the window's end may cut in two.
    ///
    /// - Returns: whether there is room for more.
    @discardableResult
    private func extend(
        _ string: inout SpeechString, _ joining: SpeechJoining, _ companions: [Int], isNewSegment: Bool,
        _ random: inout RandomGenerator
    ) throws(FileError) -> Bool {
        let count = random.nextInteger(in: 1...joining.maximumCount)
        for index in (isNewSegment ? 0 : 1)..<count {
            let next = companions.randomElement(&random)
            let beginsSegment = isNewSegment && index == 0
            let pauses = beginsSegment ? joining.longPause : joining.pause
            // The square of a uniform number: mostly short.
            let share = beginsSegment ? random.nextUniform() : random.nextUniform().squared
            let pause = pauses.lowerBound + (pauses.upperBound - pauses.lowerBound) * share
            guard
                string.add(
                    try piece(next, joining, &random), spoken[next].tokens, after: Int(pause * Float(sampleRate)),
                    beginsSegment: beginsSegment, mayBeCut: isNewSegment)
            else { return false }
        }
        return true
    }

    /// Samples of silence before or behind speech.
    private func randomMargin(_ joining: SpeechJoining, _ random: inout RandomGenerator) -> Int {
        let (share, chance) = (random.nextUniform(), random.nextUniform())
        return chance < joining.noMarginProbability ? 0 : Int(share * joining.longestMargin * Float(sampleRate))
    }

    /// The speech of a recording at a speed and loudness of its own, fading in and out within 5 ms.
    private func piece(
        _ sample: Int, _ joining: SpeechJoining, _ random: inout RandomGenerator
    ) throws(FileError) -> [Float] {
        let span = spoken[sample].span
        let needed = (span.count * 100 + windowSampleCount - 1) / windowSampleCount
        let speed = max(randomSpeed(&random), min(needed, 100))
        let whole = try samples(of: sample)
        // The file may have become shorter since it was read first.
        var piece = speedFilters(Array(whole[span.clamped(to: whole.indices)]), speed: speed)
        if augmentation.gain != 0...0 {
            piece.scale(by: amplitude(decibels: random.nextUniform(in: joining.pieceGain)))
        }
        let fade = min(sampleRate / 200, piece.count / 2)
        for index in 0..<fade {
            let share = Float(index) / Float(fade)
            piece[index] *= share
            piece[piece.count - 1 - index] *= share
        }
        return piece
    }

    /// In hundredths.
    private func randomSpeed(_ random: inout RandomGenerator) -> Int { random.nextInteger(in: augmentation.speeds) }
}

extension [Int] {
    fileprivate func randomElement(_ random: inout RandomGenerator) -> Int {
        self[random.nextInteger(in: 0...count - 1)]
    }
}

extension Float {
    fileprivate var squared: Float { self * self }
}
