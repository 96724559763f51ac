internal import HTTPTypes
internal import Hummingbird

extension RouterMethods {
    /// Adds a route of one method; others at its path are answered 405, and not as if there were nothing.
    func only(
        _ method: HTTPRequest.Method, _ path: RouterPath,
        use answer: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        let allowed: [HTTPRequest.Method] = method == .get ? [.get, .head] : [method]
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        on(path, method: method, use: answer)
        if method == .get { on(path, method: .head) { try await answer($0, $1).createHeadResponse() } }
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .query]
        for other in methods where !allowed.contains(other) {
            on(path, method: other) { request, _ -> Response in
                throw APIError(
                    status: .methodNotAllowed, message: "\(request.uri.path) takes \(names) alone.",
                    headers: [.allow: names])
            }
        }
    }
}

extension HTTPRequest.Method {
    /// A question with a body, which RFC 9110's methods lack.
    fileprivate static var query: Self { Self("QUERY")! }
}
