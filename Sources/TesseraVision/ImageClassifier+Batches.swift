internal import TesseraImage
internal import TesseraTensor
internal import TesseraTransformer

extension ImageClassifier {
    /// How many tokens pass the model together: more make it no faster, and one that is cancelled would go on for longer.
    private static let tokensAtOnce = 1024

    /// What pictures have in common that pass the model together.
    struct BatchKind: Equatable, Sendable {
        let width, height: Int
    }

    /// What `body` makes of some pictures' features, `[batch, features]`, and then of those of the next ones. The head is no part of what
    /// tasks do together: copies with labels in words differ in it alone.
    func inParts(_ pictures: [RGBImage], _ body: (Tensor) -> Tensor = { $0 }) throws -> [Tensor] {
        guard !pictures.isEmpty else { return [] }
        let size = try processor.outputSize(of: pictures)
        let tokens = size.width / model.configuration.patchWidth * (size.height / model.configuration.patchHeight)
        let count = max(1, ImageClassifier.tokensAtOnce / max(1, tokens))
        let kind = BatchKind(width: size.width, height: size.height)
        return try threads.run {
            try stride(from: 0, to: pictures.count, by: count).map { start in
                try Cancellation.endingEarly {
                    let some = Array(pictures[start..<min(start + count, pictures.count)])
                    return body(gathering.takeTurn(some, kind, size: some.count, limit: count, features))
                }
            }
        }
    }

    private func features(of parts: [[RGBImage]]) -> [Tensor] {
        BatchSizes.tell(parts.reduce(0) { $0 + $1.count }, of: "pictures")
        let pixels = processor.pixelValues(prepared: parts.joined().map(processor.prepared(unchecked:)))
        let rows = model.features(of: pixels)
        var start = 0
        return parts.map { part in
            defer { start += part.count }
            return rows.rows(start..<start + part.count)
        }
    }
}
