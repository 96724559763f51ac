import TesseraServer
import Testing

struct DeadlineTests {
    @Test(.timeLimit(.minutes(1))) func whatTakesTooLongIsCancelled() async throws {
        await #expect(throws: (any Error).self) {
            try await before(.now + .milliseconds(50), of: 0.05) { try await Task.sleep(for: .seconds(300)) }
        }
        await #expect(throws: (any Error).self) { try await before(.now, of: 0) { true } }
        #expect(try await before(.now + .seconds(300), of: 300) { true })
    }

    @Test(.timeLimit(.minutes(1))) func whatIsCancelledIsNotAwaited() async throws {
        let task = Task { try await before(.now + .seconds(300), of: 300) { try await Task.sleep(for: .seconds(300)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
