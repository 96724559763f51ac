internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat

/// What tells a client of a result that grows: events of JSON, as OpenAI's API streams them.
struct ServerSentEvents: Sendable {
    private let continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

    /// Sends an event.
    ///
    /// - Throws: `EncodingError` where a number of it is none.
    func send(_ event: some Encodable) throws {
        var buffer = ByteBuffer(string: "data: ")
        buffer.writeData(try JSONEncoder.forResponses.encode(event))
        buffer.writeString("\n\n")
        continuation.yield(buffer)
    }

    /// The line that ends completions.
    func sendDone() { continuation.yield(ByteBuffer(string: "data: [DONE]\n\n")) }

    /// An answer whose events `body` sends. It is cancelled when the client leaves; an error of it is the last event.
    static func response(
        to subject: Request, _ body: @escaping @Sendable (ServerSentEvents) async throws -> Void
    ) -> Response {
        let (stream, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        let task = Task {
            let events = ServerSentEvents(continuation: continuation)
            do {
                try await body(events)
            } catch {
                try? events.send(APIError(error, subject).body)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache"],
            body: ResponseBody(asyncSequence: stream))
    }
}
