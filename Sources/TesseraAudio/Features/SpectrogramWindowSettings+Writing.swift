public import TesseraFiles

extension SpectrogramWindowSettings {
    /// Writes a preprocessor_config.json that transformers' ASTFeatureExtractor reads, atomically.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to path: String) throws(FileError) {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.write("ASTFeatureExtractor", for: "feature_extractor_type")
            json.write(1, for: "feature_size")
            json.write(sampleRate, for: "sampling_rate")
            json.write(melBinCount, for: "num_mel_bins")
            json.write(frameCount, for: "max_length")
            json.write(normalizes, for: "do_normalize")
            json.write(mean, for: "mean")
            json.write(deviation, for: "std")
            json.write("right", for: "padding_side")
            json.write(0, for: "padding_value")
            json.write(false, for: "return_attention_mask")
        }
        try writeAtomically(to: path, try json.finish(path: path))
    }
}
