/// What a message says: a text, or parts that are texts.
struct MessageContent: Decodable, Sendable {
    let text: String

    private struct Part: Decodable {
        let type, text: String
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            text = try container.decode(String.self)
        } catch DecodingError.typeMismatch {
            text = try container.decode([Part].self).map(\.text).joined()
        }
    }
}
