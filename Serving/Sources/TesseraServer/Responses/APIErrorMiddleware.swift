internal import Foundation
internal import HTTPTypes
public import Hummingbird
internal import NIOCore
internal import TesseraFiles
internal import TesseraForms
internal import TesseraSeries
internal import TesseraSpeech

/// Gives every error the shape of OpenAI's, whatever threw it. The server's own routes have it; an application adds it to its router
/// where unknown paths are to be answered so too.
public struct APIErrorMiddleware<Context: RequestContext>: RouterMiddleware {
    public init() {}

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let answer = APIError(error, request)
            if answer.status.kind == .serverError {
                context.logger.error("request failed", metadata: ["error": "\(answer)"])
            }
            return answer.response
        }
    }
}

extension APIError {
    /// What a client is told of an error.
    ///
    /// - Parameter request: the one that it is of, where it is one's.
    init(_ error: any Error, _ request: Request? = nil) {
        switch error {
        case let error as APIError: self = error
        case let error as FileError: self.init(error)
        case let error as FormError: self = .invalid(error.message)
        case let error as SeriesError: self = .invalid(error.description)
        case let error as UnsupportedOption: self = .invalid(error.description)
        case let error as DecodingError: self.init(error)
        case let error as any HTTPResponseError: self.init(error.status, request)
        case is CancellationError:
            self.init(status: .requestTimeout, message: "The request was given up before it was done.")
        default: self.init(status: .internalServerError, message: "The server failed at this request.", cause: error)
        }
    }

    /// What JSON has wrong.
    init(_ error: DecodingError) { self = .invalid(error.explanation, error.parameter) }

    /// What a file that was sent has wrong is the client's to mend; a disk that fails is not.
    private init(_ error: FileError) {
        switch error.kind {
        case .badData, .unreadable: self = .invalid(error.description)
        case .cannotCreate, .inputOutput:
            self.init(status: .internalServerError, message: "The server could not keep what was sent.", cause: error)
        }
    }

    private init(_ status: HTTPResponse.Status, _ request: Request?) {
        let subject = request.map { "\($0.method.rawValue) \($0.uri.path)" } ?? "event"
        switch status {
        case .notFound: self.init(status: status, message: "Invalid URL (\(subject))")
        case .contentTooLarge: self.init(status: status, message: "The request is larger than this server takes.")
        default: self.init(status: status, message: "\(status.reasonPhrase) (\(subject))")
        }
    }
}

extension DecodingError {
    /// The member of the request that is to blame, as the request calls it: `max_tokens`, or `messages.0.role`.
    fileprivate var parameter: String? {
        var path = context?.codingPath ?? []
        if case .keyNotFound(let key, _) = self { path.append(key) }
        return path.isEmpty ? nil : path.map { $0.intValue.map(String.init) ?? $0.nameInJSON }.joined(separator: ".")
    }

    private var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .keyNotFound: "'\(parameter ?? "")' is missing."
        case .typeMismatch, .valueNotFound: "'\(parameter ?? "body")' is not of the type that is expected there."
        default: parameter.map { "'\($0)' has a value that is not known." } ?? "The body is not JSON."
        }
    }
}

extension CodingKey {
    /// `max_tokens` for `maxTokens`.
    fileprivate var nameInJSON: String {
        stringValue.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }
}
