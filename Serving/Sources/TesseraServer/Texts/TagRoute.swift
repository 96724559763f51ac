internal import Hummingbird
internal import TesseraLanguage

/// `POST /v1/text/tag`: names and other entities in texts.
struct TagRoute: Sendable {
    let models: ServedModels

    private struct Body: Decodable, Sendable {
        let input: OneOrMany<String>
        let model: String?
        let grouping: String?
    }

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        let (name, tagger) = try models.served(TextTagger.self, named: body.model)
        let texts = try body.input.checked("input", limit: admitted.limits.textCount)
        let grouping = try body.grouping.map { text throws(APIError) in
            try EntityGrouping(named: text, of: "grouping")
        }
        let results = try await admitted.compute { try tagger.tag(texts, grouping: grouping ?? .simple) }
        let data = results.enumerated().map { Tagged(index: $0, entities: $1.map(Found.init)) }
        return Response(json: ResultList(data: data, model: name))
    }

    private struct Tagged: Encodable, Sendable {
        let index: Int
        let entities: [Found]
    }

    private struct Found: Encodable, Sendable {
        let label: String
        let score: Float
        let start, end: Int
        let text: String

        init(_ entity: Entity) {
            (label, score, text) = (entity.label, entity.score, entity.text)
            (start, end) = (entity.range.lowerBound, entity.range.upperBound)
        }
    }
}
