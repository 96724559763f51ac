internal import Hummingbird
internal import TesseraLanguage

/// `POST /v1/text/answer`: answers that stand in texts.
struct AnswerRoute: Sendable {
    let models: ServedModels

    private struct Body: Decodable, Sendable {
        struct Input: Decodable, Sendable {
            let question, context: String
        }
        let input: OneOrMany<Input>
        let model: String?
        let topK: Int?
    }

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        let (name, answerer) = try models.served(QuestionAnswerer.self, named: body.model)
        let questions = try body.input.checked("input", limit: admitted.limits.textCount).map {
            Question($0.question, context: $0.context)
        }
        let topK = try (body.topK ?? 1).checked("top_k", in: 1...1000)
        let results = try await admitted.compute { try answerer.answer(questions, topK: topK) }
        let data = results.enumerated().map { Answered(index: $0, answers: $1.answers.map(Span.init)) }
        return Response(json: ResultList(data: data, model: name))
    }

    private struct Answered: Encodable, Sendable {
        let index: Int
        let answers: [Span]
    }

    private struct Span: Encodable, Sendable {
        let answer: String
        let score: Float
        let start, end: Int

        init(_ answer: Answer) {
            (self.answer, score) = (answer.answer, answer.score)
            (start, end) = (answer.range.lowerBound, answer.range.upperBound)
        }
    }
}
