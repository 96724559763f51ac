import TesseraAudio
import TesseraCommands
import TesseraSpeech

/// Sound on standard input as it comes. Whoever asks for more waits on the thread that it asks on.
struct ArrivingSound: AsyncSequence, Sendable {
    /// Of bare samples, in Hz.
    let rawRate: Int

    func makeAsyncIterator() -> Iterator {
        Iterator(
            stream: SoundStream(
                path: ArrivingInput.name, sampleRate: LiveTranscription.sampleRate, rawRate: rawRate))
    }

    struct Iterator: AsyncIteratorProtocol {
        let stream: SoundStream
        private let input = ArrivingInput()
        private var isAtEnd = false

        init(stream: SoundStream) { self.stream = stream }

        mutating func next() async throws -> [Float]? {
            guard !isAtEnd else { return nil }
            guard let bytes = try input.next(isEnded: { Task.isCancelled }) else {
                isAtEnd = true
                return try stream.finish()
            }
            return try stream.append(bytes)
        }
    }
}
