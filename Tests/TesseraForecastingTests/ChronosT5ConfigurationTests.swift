import TesseraFiles
import TesseraForecasting
import TestSupport
import Testing

/// What a config.json may say of a Chronos-T5, and what is refused before any memory is asked for.
@Suite struct ChronosT5ConfigurationTests {
    private static let hub = [
        ("model_type", "\"t5\""), ("architectures", "[\"T5ForConditionalGeneration\"]"), ("d_model", "32"),
        ("d_ff", "64"), ("d_kv", "8"), ("num_heads", "4"), ("num_layers", "2"), ("vocab_size", "256"),
    ]
    private static let chronos = [
        ("tokenizer_class", "\"MeanScaleUniformBins\""),
        ("tokenizer_kwargs", "{\"low_limit\": -15, \"high_limit\": 15}"),
        ("context_length", "64"), ("prediction_length", "8"), ("n_tokens", "256"), ("n_special_tokens", "2"),
        ("pad_token_id", "0"), ("eos_token_id", "1"), ("use_eos_token", "true"), ("model_type", "\"seq2seq\""),
        ("num_samples", "20"), ("temperature", "1.0"), ("top_k", "50"), ("top_p", "1.0"),
    ]

    /// The configuration with some members changed; those under chronos_config bear that name in front.
    private static func text(_ key: String, _ value: String?) -> String {
        func object(_ members: [(String, String)], _ prefix: String) -> String {
            let kept = members.compactMap { name, text in
                (prefix + name == key ? value : text).map { "\"\(name)\": \($0)" }
            }
            return "{" + kept.joined(separator: ", ") + "}"
        }
        return object(hub + [("chronos_config", object(chronos, "chronos_config."))], "")
    }

    private static func configuration(_ key: String = "", _ value: String? = "") throws -> ChronosT5Configuration {
        try ChronosT5Configuration(JSONObject(bytes: Array(text(key, value).utf8), path: "config.json"))
    }

    @Test func asItIs() throws {
        let configuration = try Self.configuration()
        #expect(configuration.pathCount == 20 && configuration.sampling.topK == 50)
        #expect(try Self.configuration("chronos_config.top_k", "0").sampling.topK == nil)
    }

    static let refusals: [(key: String, value: String?)] =
        [
            ("chronos_config", nil), ("chronos_config", "3"), ("vocab_size", "255"), ("num_layers", "1000000000"),
        ]
        + chronos.map { ("chronos_config." + $0.0, nil) } + chronos.map { ("chronos_config." + $0.0, "[]") }
        + [
            ("tokenizer_class", "\"MeanScaleQuantileBins\""), ("tokenizer_kwargs", "{\"low_limit\": -15}"),
            ("tokenizer_kwargs", "{\"low_limit\": -15, \"high_limit\": -15}"),
            ("tokenizer_kwargs", "{\"low_limit\": -1e30, \"high_limit\": 15}"), ("context_length", "0"),
            ("context_length", "1000000000000000000"), ("prediction_length", "-1"), ("prediction_length", "1e18"),
            ("n_tokens", "4"), ("n_tokens", "1000000000"), ("n_special_tokens", "0"), ("n_special_tokens", "254"),
            ("pad_token_id", "2"), ("eos_token_id", "-1"), ("model_type", "\"causal\""), ("num_samples", "0"),
            ("num_samples", "1e12"), ("temperature", "-0.5"), ("temperature", "1e300"), ("top_k", "-1"),
            ("top_p", "1.5"),
        ].map { ("chronos_config." + $0, $1) }

    /// The key that is named, or one that it must fit.
    @Test(arguments: refusals)
    func whatIsWrongIsNamed(_ refusal: (key: String, value: String?)) {
        let names = [
            "n_special_tokens": "n_tokens", "vocab_size": "n_tokens",
        ]
        let key = refusal.key.split(separator: ".").last.map(String.init) ?? ""
        #expect {
            _ = try Self.configuration(refusal.key, refusal.value)
        } throws: { error in
            guard let error = error as? FileError else { return false }
            return error.description.contains(key) || names[key].map(error.description.contains) == true
        }
    }

    @Test func aT5OfWordsIsRefused() {
        #expect {
            _ = try Forecaster(folder: Fixtures.path("t5"))
        } throws: { error in
            (error as? FileError)?.description.contains("words, not series (chronos_config)") == true
        }
    }
}
