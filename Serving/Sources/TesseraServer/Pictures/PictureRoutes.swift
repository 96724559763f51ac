internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import TesseraImage
internal import TesseraTensor
internal import TesseraVision

/// `POST /v1/images/classifications` and `/v1/images/embeddings`: a picture as the body, or as the field `image` of a form.
struct PictureRoutes: Sendable {
    let models: ServedModels

    /// A picture, and what is asked of it.
    private struct Asked: Sendable {
        var bytes: [UInt8] = []
        var name = "image"
        var model: String?
        var topK: Int?
        var wantsAttention: Bool?
    }

    /// Where the model looked: a weight for each patch, row by row, of what the processor leaves of the picture.
    private struct Attention: Encodable {
        let rows, columns: Int
        let weights: [Float]

        init(_ map: AttentionMap) { (rows, columns, weights) = (map.rows, map.columns, map.weights) }
    }

    private struct Classified: Encodable {
        let model: String
        let width, height: Int
        let predictions: [Label]
        let attention: Attention?
        let warnings: [String]
    }

    func classify(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let asked = try await asked(request, admitted.limits)
        let (name, classifier) = try models.served(ImageClassifier.self, named: asked.model)
        guard classifier.hasHead else { throw APIError.invalid("\(name) has no classification head.", "model") }
        let topK = try (asked.topK ?? 5).checked("top_k", in: 1...100_000)
        return try await admitted.compute {
            let decoded = try RGBImage.decode(asked.bytes, path: asked.name)
            let image = decoded.image
            let map = try asked.wantsAttention ?? false ? classifier.attentionMap(image) : nil
            return Response(
                json: Classified(
                    model: name, width: image.width, height: image.height,
                    predictions: try classifier.classify(image, topK: topK).map(Label.init),
                    attention: map.map(Attention.init), warnings: decoded.warnings))
        }
    }

    private struct Embedded: Encodable, Sendable {
        let object = "embedding"
        let index = 0
        let embedding: Vector
    }

    func embed(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let asked = try await asked(request, admitted.limits)
        let (name, classifier) = try models.served(ImageClassifier.self, named: asked.model)
        return try await admitted.compute {
            let decoded = try RGBImage.decode(asked.bytes, path: asked.name)
            let features = try classifier.features([decoded.image]).values
            return Response(json: ResultList(data: [Embedded(embedding: Vector(features))], model: name))
        }
    }

    /// What the address says holds for the body of a picture, and for a form where the form does not say it.
    private func asked(_ request: Request, _ limits: ServerLimits) async throws -> Asked {
        let query = request.uri.queryParameters
        var asked = Asked(
            model: query["model"].map(String.init), topK: try query["top_k"].map { try number(String($0)) },
            wantsAttention: try query["attention"].map { try truth(of: String($0), "attention") })
        guard request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false else {
            let limit = min(limits.bodyByteCount, RGBImage.largestFile)
            let buffer = try await limits.receiving { try await request.body.collect(upTo: limit) }
            guard buffer.readableBytes > 0 else { throw APIError.invalid("The picture is missing: the body is empty.") }
            asked.bytes = Array(buffer.readableBytesView)
            return asked
        }
        let form = try await Form.received(request, fileField: "image", limits)
        let file = try form.requiredFile("image")
        (asked.bytes, asked.name) = (try file.contents(), file.name)
        asked.model = form.text("model") ?? asked.model
        asked.topK = try form.number("top_k", in: 1...100_000) ?? asked.topK
        asked.wantsAttention = try form.flag("attention") ?? asked.wantsAttention
        return asked
    }

    private func number(_ text: String) throws(APIError) -> Int {
        guard let number = Int(text) else { throw .invalid("'top_k' must be a whole number.", "top_k") }
        return number
    }
}
