internal import TesseraFiles

extension JSONObject {
    /// Refuses the settings of a TinyTimeMixer that would change its result and are not supported.
    ///
    /// - Throws: `FileError` naming the key.
    func refuseUnsupportedMixers() throws(FileError) {
        let switches = [
            "self_attn", "enable_forecast_channel_mixing", "multi_scale", "multi_quantile_head", "decompose",
            "enable_base_norm_always", "use_register_context_gating",
        ]
        for key in switches where try boolean(key, default: false) { throw error(key, "true is not supported") }
        for key in ["register_tokens", "fft_length"] where try integer(key, in: 0...65_536, default: 0) > 0 {
            throw error(key, "only 0 is supported")
        }
        for key in ["exogenous_channel_indices", "categorical_vocab_size_list"]
        where try numbers(key)?.isEmpty == false {
            throw error(key, "what is known beside a series is not supported")
        }
        guard !contains("masked_context_length") else { throw error("masked_context_length", "is not supported") }
        try refuse("mode", exceptFor: ["common_channel"])
        try refuse("decoder_mode", exceptFor: ["common_channel"])
        try refuse("gate_mode", exceptFor: ["softmax"])
        // With the other losses a model gives distributions, or a quantile of them.
        try refuse("loss", exceptFor: ["mse", "mae", "huber", "pinball"])
        guard try number("quantile", in: 0...1, default: 0.5) == 0.5 else {
            throw error("quantile", "only 0.5 is supported: the model must tell what is expected")
        }
    }

    /// The first of `values` stands for a key that is absent.
    private func refuse(_ key: String, exceptFor values: [String]) throws(FileError) {
        let value = try string(key, default: values[0])
        guard values.contains(value) else {
            throw error(key, "\(value.quoted) is not supported, only \(values.joined(separator: ", "))")
        }
    }
}
