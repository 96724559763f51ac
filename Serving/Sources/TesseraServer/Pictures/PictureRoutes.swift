internal import Hummingbird
internal import TesseraTensor
internal import TesseraVision

/// `POST /v1/images/classifications` and `/v1/images/embeddings`: a picture as the body, or as the field `image` of a form.
struct PictureRoutes: Sendable {
    let models: ServedModels

    func classify(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let form = try await Form.received(request, orFile: "image", admitted.limits)
        let (name, model) = try models.served(PictureModel<ImageClassifier>.self, named: form.text("model"))
        let labels = try LabelsInWords(form, admitted.limits)
        try model.check(labels, name)
        guard model.model.hasHead || labels != nil else {
            throw model.model.takesLabels
                ? APIError.invalid("\(name) takes its labels in words: 'labels' is missing.", "labels")
                : APIError.invalid("\(name) has no classification head.", "model")
        }
        let topK = try form.number("top_k", in: 1...100_000) ?? 5
        let wantsAttention = try form.flag("attention") ?? false
        return try await admitted.compute(withPicture: form.requiredFile("image")) { decoded in
            let (classifier, image) = (try model.with(labels), decoded.image)
            let map = wantsAttention ? try classifier.attentionMap(image) : nil
            return Response(
                json: Classified(
                    model: name, width: image.width, height: image.height,
                    predictions: try classifier.classify(image, topK: topK).map(Label.init),
                    attention: map.map(Attention.init), warnings: decoded.warnings))
        }
    }

    func embed(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let form = try await Form.received(request, orFile: "image", admitted.limits)
        let (name, model) = try models.served(PictureModel<ImageClassifier>.self, named: form.text("model"))
        return try await admitted.compute(withPicture: form.requiredFile("image")) { decoded in
            let features = try model.model.features([decoded.image]).values
            return Response(json: ResultList(data: [Embedded(embedding: Vector(features))], model: name))
        }
    }

    private struct Classified: Encodable {
        let model: String
        let width, height: Int
        let predictions: [Label]
        let attention: Attention?
        let warnings: [String]
    }

    /// Where the model looked: a weight for each patch, row by row, of what the processor leaves of the picture.
    private struct Attention: Encodable {
        let rows, columns: Int
        let weights: [Float]

        init(_ map: AttentionMap) { (rows, columns, weights) = (map.rows, map.columns, map.weights) }
    }

    private struct Embedded: Encodable, Sendable {
        let object = "embedding"
        let index = 0
        let embedding: Vector
    }
}
