internal import HTTPTypes
internal import Hummingbird

/// A line in the log for each request, with its number, which the client is told too.
struct AccessLog<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.id
        context.logger.info(
            "answered",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "milliseconds": "\(Int((ContinuousClock.now - start) / .milliseconds(1)))",
            ])
        return response
    }
}

extension HTTPField.Name {
    fileprivate static let requestID = HTTPField.Name("x-request-id")!
}
