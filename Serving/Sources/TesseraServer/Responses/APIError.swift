internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Why a request is not answered, in the shape that OpenAI's API gives errors, which its clients understand:
/// `{"error": {"message", "type", "param", "code"}}`
struct APIError: HTTPResponseError, CustomStringConvertible {
    let status: HTTPResponse.Status
    /// What is wrong, and what to do about it.
    let message: String
    /// The member of the request that is to blame.
    var parameter: String?
    var code: String?
    var headers = HTTPFields()
    /// What went wrong in the server, for its log alone.
    var cause: (any Error)?

    var description: String { cause.map { "\(message) (\($0))" } ?? message }

    func response(from request: Request, context: some RequestContext) throws -> Response { response }

    var response: Response {
        var response = Response(json: body, status: status)
        for field in headers { response.headers[field.name] = field.value }
        return response
    }

    var body: some Encodable & Sendable {
        Body(error: Body.Details(message: message, type: type, param: parameter, code: code))
    }

    /// The same for JSON that has other members beside.
    var members: [String: Any] {
        ["message": message, "type": type, "param": parameter ?? NSNull(), "code": code ?? NSNull()]
    }

    private var type: String {
        switch status {
        case .tooManyRequests: "rate_limit_exceeded"
        case let status where status.kind == .serverError: "server_error"
        default: "invalid_request_error"
        }
    }

    private struct Body: Encodable, Sendable {
        struct Details: Encodable, Sendable {
            let message, type: String
            let param, code: String?

            enum CodingKeys: String, CodingKey { case message, type, param, code }

            // All four are always there, as OpenAI has them.
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(message, forKey: .message)
                try container.encode(type, forKey: .type)
                try container.encode(param, forKey: .param)
                try container.encode(code, forKey: .code)
            }
        }
        let error: Details
    }
}

extension APIError {
    /// The request is wrong, in the member `parameter`.
    static func invalid(_ message: String, _ parameter: String? = nil, code: String? = nil) -> APIError {
        APIError(status: .badRequest, message: message, parameter: parameter, code: code)
    }

    static func notFound(_ message: String) -> APIError { APIError(status: .notFound, message: message) }

    static func unknownModel(_ name: String) -> APIError {
        APIError(
            status: .notFound, message: "The model '\(name)' is not served here; GET /v1/models says which are.",
            parameter: "model", code: "model_not_found")
    }

    static func tooLarge(_ message: String, _ parameter: String? = nil) -> APIError {
        APIError(status: .contentTooLarge, message: message, parameter: parameter)
    }
}
