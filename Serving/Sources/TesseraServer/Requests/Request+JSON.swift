internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat

extension Request {
    /// The body, which is JSON. Members that are not known are passed over, as OpenAI does.
    ///
    /// - Throws: `DecodingError`, which clients are told of as 400; `APIError` where it is too large.
    func decoded<Body: Decodable>(as type: Body.Type = Body.self, _ limits: ServerLimits) async throws -> Body {
        let buffer = try await limits.receiving { try await body.collect(upTo: limits.textByteCount) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Body.self, from: Data(buffer: buffer))
    }
}

/// A value, or a list of such.
struct OneOrMany<Element: Decodable & Sendable>: Decodable, Sendable {
    let elements: [Element]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            elements = [try container.decode(Element.self)]
        } catch DecodingError.typeMismatch {
            elements = try container.decode([Element].self)
        }
    }

    /// The elements, of which there may not be too many.
    ///
    /// - Throws: `APIError` 400 where there is none, or more than `limit`.
    func checked(_ parameter: String, limit: Int) throws(APIError) -> [Element] {
        guard !elements.isEmpty else { throw .invalid("'\(parameter)' is empty.", parameter) }
        guard elements.count <= limit else {
            throw .invalid("'\(parameter)' has \(elements.count) elements; at most \(limit) are taken.", parameter)
        }
        return elements
    }
}

extension Comparable {
    /// The value, within bounds.
    ///
    /// - Throws: `APIError` 400 where it lies outside.
    func checked(_ parameter: String, in bounds: ClosedRange<Self>) throws(APIError) -> Self {
        guard bounds.contains(self) else {
            throw .invalid(
                "'\(parameter)' must be between \(bounds.lowerBound) and \(bounds.upperBound), but is \(self).",
                parameter)
        }
        return self
    }
}
