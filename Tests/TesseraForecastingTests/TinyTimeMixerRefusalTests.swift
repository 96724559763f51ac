import TesseraFiles
import TesseraForecasting
import TestSupport
import Testing

/// Folders of TinyTimeMixer that ask for what is not supported, or contradict themselves, are refused, naming the key.
@Suite struct TinyTimeMixerRefusalTests {
    /// A copy of a fixture with another value of a key in config.json.
    private func copy(_ key: String, _ value: String, of fixture: String = "mixer-two-levels") throws -> TemporaryFolder
    {
        let folder = TemporaryFolder()
        let source = Fixtures.ownPath(fixture)
        folder.write("model.safetensors", try InputFile(source + "/model.safetensors").contents(limit: 1 << 20))
        folder.write("config.json", withMember(key, value, in: Array(text(source + "/config.json").utf8)))
        return folder
    }

    @Test(arguments: [
        ("self_attn", "true"), ("enable_forecast_channel_mixing", "true"), ("multi_scale", "true"),
        ("multi_quantile_head", "true"), ("decompose", "true"), ("enable_base_norm_always", "true"),
        ("use_register_context_gating", "true"), ("register_tokens", "1"), ("fft_length", "4"),
        ("exogenous_channel_indices", "[0]"), ("categorical_vocab_size_list", "[3]"), ("masked_context_length", "12"),
        ("mode", "\"mix_channel\""), ("decoder_mode", "\"mix_channel\""), ("gate_mode", "\"glu\""),
        ("loss", "\"nll\""), ("quantile", "0.9"), ("scaling", "\"robust\""), ("scaling_dim", "2"),
        ("architectures", "[\"TinyTimeMixerForMaskedPrediction\"]"), ("model_type", "\"mixer\""), ("auto_map", "{}"),
        ("patch_stride", "3"), ("context_length", "6"), ("num_patches", "3"), ("prediction_filter_length", "6"),
        ("adaptive_patching_levels", "-1"), ("adaptive_patching_levels", "1000000"),
        ("d_model", "18446744073709551616"),
        ("d_model", "0"), ("d_model", "13"), ("context_length", "1000000000000"), ("expansion_factor", "1e300"),
        ("decoder_d_model", "65537"), ("prediction_length", "-5"), ("norm_eps", "-1"), ("gated_attn", "1"),
    ])
    func theKeyIsNamed(key: String, value: String) throws {
        let folder = try copy(key, value)
        let error = #expect(throws: FileError.self) { _ = try Forecaster(folder: folder.path) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(key) } == true, "\(error as Any)")
    }

    /// Weights that are none of the configuration's.
    @Test(arguments: [
        ("num_layers", "3", "missing"), ("num_layers", "1", "unexpected"), ("adaptive_patching_levels", "0", "missing"),
        ("gated_attn", "false", "unexpected"), ("norm_mlp", "\"BatchNorm\"", "running_mean"),
        ("expansion_factor", "1024", "another shape"), ("prediction_length", "65536", "another shape"),
    ])
    func theTensorsAreNamed(key: String, value: String, says: String) throws {
        let folder = try copy(key, value)
        let error = #expect(throws: FileError.self) { _ = try Forecaster(folder: folder.path) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    @Test(arguments: [("prediction_channel_indices", "[0]"), ("loss", "\"huber\""), ("dropout", "0.9")])
    func whatChangesNoForecastIsAccepted(key: String, value: String) throws {
        let folder = try copy(key, value)
        #expect(try Forecaster(folder: folder.path).predictionLength == 5)
    }
}
