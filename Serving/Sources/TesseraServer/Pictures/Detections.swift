internal import Hummingbird
internal import TesseraVision

/// `POST /v1/images/detections`: what is where in a picture, which is the body or the field `image` of a form.
struct Detections: Sendable {
    let models: ServedModels

    /// What a detector makes of a picture before it looks, whatever its size: some 800 × 1333 pixels of three floats.
    private static let inputByteCount = 16 << 20

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let form = try await Form.received(request, orFile: "image", admitted.limits)
        let (name, model) = try models.served(PictureModel<ObjectDetector>.self, named: form.text("model"))
        let labels = try LabelsInWords(form, admitted.limits)
        try model.check(labels, name)
        guard labels != nil || !model.model.takesLabels else {
            throw APIError.invalid("\(name) finds what 'labels' name, which is missing.", "labels")
        }
        let threshold = try form.number("threshold", in: 0...1) ?? Float(0.5)
        let picture = try form.requiredFile("image")
        return try await admitted.compute(withPicture: picture, inputByteCount: Self.inputByteCount) { decoded in
            let objects = try model.with(labels).detect(decoded.image, threshold: threshold)
            return Response(
                json: Detected(
                    model: name, width: decoded.image.width, height: decoded.image.height,
                    objects: objects.map(Found.init), warnings: decoded.warnings))
        }
    }

    private struct Detected: Encodable {
        let model: String
        let width, height: Int
        let objects: [Found]
        let warnings: [String]
    }

    /// An object, as detect-objects writes it: its box is in the picture's pixels.
    private struct Found: Encodable {
        struct Box: Encodable { let xmin, ymin, xmax, ymax: Float }

        let label: String
        let index: Int
        let score: Float
        let box: Box

        init(_ object: DetectedObject) {
            (label, index, score) = (object.label, object.index, object.score)
            let box = object.box
            self.box = Box(xmin: box.xmin, ymin: box.ymin, xmax: box.xmax, ymax: box.ymax)
        }
    }
}
