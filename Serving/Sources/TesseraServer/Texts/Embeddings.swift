internal import Foundation
internal import Hummingbird
internal import TesseraLanguage
internal import TesseraTensor

/// `POST /v1/embeddings`, as OpenAI's API has it.
struct Embeddings: Sendable {
    let models: ServedModels

    private enum Encoding: String, CaseIterable { case float, base64 }

    private struct Body: Decodable, Sendable {
        let input: OneOrMany<String>
        let model: String?
        let encodingFormat: String?
        let dimensions: Int?
    }

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        let (name, embedder) = try models.served(SentenceEmbedder.self, named: body.model)
        let texts = try body.input.checked("input", limit: admitted.limits.textCount)
        let encoding = try body.encodingFormat.map { text throws(APIError) in
            try Encoding(named: text, of: "encoding_format")
        }
        if let dimensions = body.dimensions, dimensions != embedder.size {
            throw APIError.invalid("'dimensions' must be \(embedder.size), which \(name) has.", "dimensions")
        }
        let (vectors, tokenCount) = try await admitted.compute {
            let embedded = try embedder.embed(texts)
            let vectors = texts.indices.map { embedded.embeddings.rows($0..<$0 + 1).values }
            return (vectors, embedded.tokenCounts.reduce(0, +))
        }
        let data = vectors.enumerated().map { Item(index: $0, embedding: Vector($1, isBase64: encoding == .base64)) }
        return Response(json: EmbeddingList(data: data, model: name, usage: TokenUsage(prompt: tokenCount)))
    }

    private struct EmbeddingList: Encodable {
        let object = "list"
        let data: [Item]
        let model: String
        let usage: TokenUsage
    }

    private struct Item: Encodable {
        let object = "embedding"
        let index: Int
        let embedding: Vector
    }
}

/// Numbers as a list, or as the bytes of little-endian Float32 in base64, which is a fifth of the size and exact.
struct Vector: Encodable, Sendable {
    private let values: [Float]
    private let isBase64: Bool

    init(_ values: [Float], isBase64: Bool = false) { (self.values, self.isBase64) = (values, isBase64) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        guard isBase64 else { return try container.encode(values) }
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        try container.encode(Data(bytes).base64EncodedString())
    }
}
