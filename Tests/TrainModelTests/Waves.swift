import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Hourly series to learn from in seconds: days that are alike, with noise; and the config.json of a model that is large enough
/// for them.
struct Waves {
    let folder = TemporaryFolder()
    /// Rows of the table.
    let count: Int

    /// What the model reads, and what it forecasts.
    static let (contextLength, horizon) = (48, 8)
    /// Windows begin where there is so much to see.
    static let shortestContext = 16

    init(count: Int = 400) {
        self.count = count
        folder.write("waves.csv", Waves.table(count: count))
        folder.write(
            "config.json",
            """
            {"architectures": ["ChronosBoltModelForForecasting"], "model_type": "t5", "vocab_size": 2, "d_model": 16,
             "d_kv": 8, "d_ff": 32, "num_heads": 2, "num_layers": 1, "num_decoder_layers": 1, "feed_forward_proj": "relu",
             "relative_attention_num_buckets": 8, "decoder_start_token_id": 0,
             "chronos_config": {"context_length": \(Waves.contextLength), "prediction_length": \(Waves.horizon),
              "input_patch_size": 8, "input_patch_stride": 8, "quantiles": [0.1, 0.5, 0.9], "use_reg_token": true}}
            """)
    }

    /// The arguments of a training on made-up windows alone.
    func synthetic(_ windows: Int, output: String, _ others: String...) -> [String] {
        arguments(output: output) + ["--synthetic", "\(windows)"] + others
    }

    /// The arguments of a training of all this.
    func onTable(output: String, _ others: String...) -> [String] {
        arguments(output: output) + ["--data", folder.file("waves.csv")] + others
    }

    private func arguments(output: String) -> [String] {
        ["series", "--config", folder.file("config.json"), "--output", folder.file(output)]
    }

    /// Two columns, whose rows from `changed` on are others where it is given.
    static func table(count: Int, changedFrom changed: Int = .max) -> String {
        var random = SplitMix(state: 1)  // the same series in every run
        var rows = "time,load,price\n"
        for hour in 0..<count {
            let noise = (0..<2).map { _ in Double(random.next() % 1_000) / 1_000 }
            let day = sin(2 * .pi * Double(hour) / 24)
            // Against the day's wave: a quantile's loss tells only on which side of it a value lies.
            let change = hour >= changed ? -70.0 : 0
            rows += "\(1_704_067_200 + 3_600 * hour),\(100 + 20 * day + 8 * noise[0] + change),"
            rows += "\(5 - 3 * day + noise[1] - change)\n"
        }
        return rows
    }
}
