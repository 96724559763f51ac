internal import HTTPTypes
internal import Hummingbird

extension Request {
    /// Answers as long as the client listens: `body` is cancelled when the client leaves. The connection ends with the answer, which
    /// is why what takes milliseconds is answered without it.
    func whileClientListens(_ body: (Request) async throws -> Response) async throws -> Response {
        let head = head
        do {
            var response = try await self.body.consumeWithCancellationOnInboundClose { contents in
                try await body(Request(head: head, body: contents))
            }
            response.headers[.connection] = "close"
            return response
        } catch {
            var answer = APIError(error, self)
            answer.headers[.connection] = "close"
            throw answer
        }
    }
}
