internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

extension ImageClassifier {
    /// What tells its embeddings from those of other models, precisions and processors' settings; wherever its folder lies.
    public var fingerprint: String {
        let configuration = model.configuration
        var bytes = Array("\(processor.summary) \(configuration.featureCount) \(configuration.layerCount)".utf8)
        // Every training changes these, and they are a small part of the weights.
        let norms = [model.encoder.finalNorm, model.encoder.blocks.first?.attentionNorm].compactMap(\.self)
        for tensor in norms.flatMap({ [$0.weight, $0.bias] }) + [model.classToken, model.attentionPooling?.query] {
            tensor?.withValues { bytes += UnsafeRawBufferPointer($0) }
        }
        return "\(splitPath(name).name) \(precision.rawValue) " + String(fnv1a(bytes), radix: 16)
    }
}
