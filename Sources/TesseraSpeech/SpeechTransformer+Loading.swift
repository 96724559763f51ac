package import TesseraFiles
internal import TesseraLayers
package import TesseraTensor

extension SpeechTransformer {
    /// Loads the weights.
    ///
    /// - Throws: `FileError` naming the file and the tensor.
    package init(
        _ folder: SpeechFolder, precision: Precision, allowNonFinite: Bool = false
    ) throws(FileError) {
        var model = SpeechTransformer(folder.configuration)
        let checkpoint = try Checkpoint(folder.files, allowNonFinite: allowNonFinite)
        // The convolutions are a hundredth of the work, and all else rests on them: in int8 they keep 16 bits.
        try model.load(from: checkpoint, names: folder.family.names) { name in
            if precision == .int8 && name.hasPrefix("convolutions.") { return .bfloat16 }
            // The decoder reads a token at a time, save for the keys and values of the encoder's output.
            let isMemory = name.hasSuffix("crossAttention.key.weight") || name.hasSuffix("crossAttention.value.weight")
            return Packing(precision, isForFewRows: name.hasPrefix("decoder.") && !isMemory)
        }
        model.decoder.prepareForInference(precision)
        self = model
    }
}
