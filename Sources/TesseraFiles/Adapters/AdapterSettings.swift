/// What an adapter_config.json says (PEFT).
struct AdapterSettings: Sendable {
    private let alpha: Double
    private let isRankStabilized: Bool
    /// Whether matrices lie in the model's file as `[input, output]`, as GPT-2's do.
    let isTransposed: Bool

    /// - Throws: `FileError` naming the setting that is not supported.
    init(_ config: JSONObject) throws(FileError) {
        let kind = try config.string("peft_type")
        guard kind == "LORA" else { throw config.error("peft_type", "\(kind.quoted) is not supported: only LORA is") }
        for key in ["use_dora", "use_qalora"] where try config.boolean(key, default: false) {
            throw config.error(key, "is not supported")
        }
        for key in ["rank_pattern", "alpha_pattern"] {
            guard try config.object(key)?.keys.isEmpty ?? true else { throw config.error(key, "is not supported") }
        }
        alpha = try config.number("lora_alpha", in: -1e6...1e6, default: 8)
        isRankStabilized = try config.boolean("use_rslora", default: false)
        isTransposed = try config.boolean("fan_in_fan_out", default: false)
    }

    /// What B A is multiplied with.
    func scale(rank: Int) -> Float { Float(alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))) }
}
