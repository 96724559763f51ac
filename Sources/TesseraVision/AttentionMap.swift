public import TesseraFiles
public import TesseraImage
internal import TesseraTensor
public import TesseraTransformer

/// Where in a picture the model looks: a weight for each patch.
public struct AttentionMap: Sendable {
    /// Patches in a column and in a row.
    public let rows, columns: Int
    /// What the model's output takes from each patch, row by row.
    public let weights: [Float]
}

extension ImageClassifier {
    /// Where the model looks when it classifies `picture`: the attention of its class token, or, where the head reads the
    /// mean of the patches, of all patches.
    ///
    /// The map covers what the processor leaves of the picture: `processor.resizedAndCropped(picture)`.
    ///
    /// - Throws: `FileError` where the processor's settings make the picture too large, and of a model without such a map.
    public func attentionMap(_ picture: RGBImage, _ kind: AttentionKind = .allLayers) throws(FileError)
        -> AttentionMap
    {
        try attentionMap(prepared: try processor.prepared(picture).image, kind)
    }

    /// Where the model looks in a picture that the processor has resized and cropped: `ClassifiedImage.image`.
    ///
    /// - Throws: `FileError` where the model has no such map.
    public func attentionMap(
        prepared image: RGBImage, _ kind: AttentionKind = .allLayers
    ) throws(FileError) -> AttentionMap {
        guard hasAttentionMap else {
            throw FileError(.badData, path: name, cause: "looks at windows of a picture: there is no map of the whole")
        }
        return threads.run { map(of: image, kind) }
    }

    /// Whether the model's patches see the whole picture: not those of Swin, which see a window of it.
    public var hasAttentionMap: Bool { model.hierarchy == nil }

    private func map(of image: RGBImage, _ kind: AttentionKind) -> AttentionMap {
        let pixels = processor.pixelValues(prepared: [PreparedPicture(image)])
        let (rows, columns) = model.grid(of: pixels)
        let leading = model.configuration.leadingTokenCount
        let tokens = leading + rows * columns
        let layers = model.attentionProbabilities(pixels, layers: kind.layers(of: model.configuration.layerCount))
        let matrix = kind.weights(
            of: layers.map { $0.reshaped(Array($0.shape.dropFirst())) }, isWithinSequence: true)
        let queries = model.configuration.pooling == .normalizedMean ? leading..<tokens : 0..<1
        let weights = (leading..<tokens).map { key in
            queries.reduce(Float(0)) { $0 + matrix[$1 * tokens + key] } / Float(queries.count)
        }
        return AttentionMap(rows: rows, columns: columns, weights: weights)
    }
}
