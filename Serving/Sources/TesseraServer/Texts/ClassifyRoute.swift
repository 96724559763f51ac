internal import Hummingbird
internal import TesseraLanguage

/// `POST /v1/text/classify`: labels of texts, or of pairs.
struct ClassifyRoute: Sendable {
    let models: ServedModels

    private struct Body: Decodable, Sendable {
        let input: OneOrMany<String>
        let pair: OneOrMany<String>?
        let model: String?
        let topK: Int?
    }

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        let (name, classifier) = try models.served(TextClassifier.self, named: body.model)
        let texts = try body.input.checked("input", limit: admitted.limits.textCount)
        if let pairs = body.pair?.elements, pairs.count != texts.count {
            throw APIError.invalid("'pair' has \(pairs.count) texts for \(texts.count) of 'input'.", "pair")
        }
        let topK = try (body.topK ?? 5).checked("top_k", in: 1...100_000)
        let results = try await admitted.compute {
            try classifier.classify(texts, pairs: body.pair?.elements, topK: topK)
        }
        let data = results.enumerated().map { Classified(index: $0, $1) }
        return Response(json: ResultList(data: data, model: name))
    }

    private struct Classified: Encodable, Sendable {
        let index: Int
        let predictions: [Label]
        let truncated: Bool

        init(index: Int, _ text: ClassifiedText) {
            (self.index, predictions, truncated) = (index, text.predictions.map(Label.init), text.isTruncated)
        }
    }
}
