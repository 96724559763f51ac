internal import Hummingbird
internal import TesseraLanguage
internal import TesseraTransformer

/// `POST /v1/text/translate` and `/summarize`: texts that are written of others.
struct WritingRoutes: Sendable {
    let models: ServedModels

    private struct Body: Decodable, Sendable {
        let input: OneOrMany<String>
        let model: String?
        /// Languages, for translations.
        let from, to: String?
        let beamSize, maxLength: Int?
    }

    private struct Written: Encodable, Sendable {
        let index: Int
        let output: String
        let tokens: [Int32]
        let truncated: Bool

        init(index: Int, _ text: GeneratedText) {
            (self.index, output, tokens, truncated) = (index, text.text, text.tokens, text.isTruncated)
        }
    }

    func translate(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        let (name, translator) = try models.served(Translator.self, named: body.model)
        let texts = try body.input.checked("input", limit: admitted.limits.textCount)
        if body.to == nil, texts.contains(where: translator.leavesLanguageOpen) {
            let known = translator.targetLanguages.joined(separator: ", ")
            throw APIError.invalid("'to' must say which language is to be written: \(known).", "to")
        }
        let settings = try settings(translator.settings(from: body.from, to: body.to), body, admitted.limits)
        return try await written(name, admitted) {
            try translator.translate(texts, from: body.from, to: body.to, settings: settings)
        }
    }

    func summarize(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let body = try await request.decoded(as: Body.self, admitted.limits)
        if body.from != nil || body.to != nil { throw APIError.invalid("'from' and 'to' are for translations.", "to") }
        let (name, summarizer) = try models.served(Summarizer.self, named: body.model)
        let texts = try body.input.checked("input", limit: admitted.limits.textCount)
        let settings = try settings(summarizer.settings, body, admitted.limits)
        return try await written(name, admitted) { try summarizer.summarize(texts, settings: settings) }
    }

    private func settings(
        _ settings: GenerationSettings, _ body: Body, _ limits: ServerLimits
    ) throws(APIError) -> GenerationSettings {
        var settings = settings
        if let count = body.beamSize { settings.beamCount = try count.checked("beam_size", in: 1...32) }
        if let length = body.maxLength {
            settings.maximumLength = try length.checked("max_length", in: 1...limits.tokenCount)
            settings.maximumNewTokens = nil
        }
        return settings
    }

    private func written(
        _ name: String, _ admitted: AdmittedRequest, _ write: @escaping @Sendable () throws -> [GeneratedText]
    ) async throws -> Response {
        let texts = try await admitted.compute(write)
        return Response(json: ResultList(data: texts.enumerated().map { Written(index: $0, $1) }, model: name))
    }
}
