internal import TesseraTensor

extension Transcriber {
    /// Writes down speech as it is spoken.
    ///
    /// ```swift
    /// for try await update in transcriber.live(microphone) {
    ///     if case .committed(let words) = update { print(words.map(\.word).joined(), terminator: "") }
    /// }
    /// ```
    ///
    /// The open window is decoded again after each `options.interval` of new sound, or as soon as the last decoding is done where that
    /// takes longer: it keeps up with the sound, whatever the model. To stop iterating, or to cancel the task, stops the work, which is
    /// done on threads of the stream's own.
    ///
    /// - Parameters:
    ///   - samples: mono, 16,000 a second, full scale ±1, in pieces of any size.
    ///   - options: how; see there.
    /// - Returns: what becomes known; it throws what `samples` throws, and `UnsupportedOption` when the model cannot do it.
    public func live<Sound: AsyncSequence & Sendable>(
        _ samples: Sound, _ options: LiveTranscriptionOptions = .init()
    ) -> AsyncThrowingStream<LiveUpdate, any Error> where Sound.Element == [Float] {
        AsyncThrowingStream { continuation in
            let task = Task(executorPreference: LongComputation.executor) {
                do {
                    try await transcribe(samples, options) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func transcribe<Sound: AsyncSequence & Sendable>(
        _ samples: Sound, _ options: LiveTranscriptionOptions, show: (LiveUpdate) -> Void
    ) async throws where Sound.Element == [Float] {
        var transcription = try LiveTranscription(self, options)
        let queue = SoundQueue(limit: 10 * LiveTranscription.sampleRate)
        async let hearing: Void = fill(queue, with: samples)
        do {
            while let block = await queue.take() { try transcription.append(block, keepsUp: true).forEach(show) }
            try await hearing
            try transcription.finish().forEach(show)
        } catch {
            // Whoever waits for room is to end, too.
            await queue.finish()
            throw error
        }
    }
}

/// Puts all that a sequence gives into a queue.
private func fill<Sound: AsyncSequence & Sendable>(_ queue: SoundQueue, with samples: Sound) async throws
where Sound.Element == [Float] {
    do {
        for try await block in samples { await queue.put(block) }
    } catch {
        await queue.finish()
        throw error
    }
    await queue.finish()
}
