/// What an adapter_config.json says (PEFT).
struct AdapterSettings: Sendable {
    private let alpha: Double
    /// Of layers whose names end so, in place of `alpha`.
    private let ownAlphas: [(ending: String, alpha: Double)]
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
        alpha = try config.number("lora_alpha", in: -1e6...1e6, default: 8)
        // What rank_pattern says, the shapes of A and B do.
        ownAlphas = try Self.ownAlphas(config.object("alpha_pattern"))
        isRankStabilized = try config.boolean("use_rslora", default: false)
        isTransposed = try config.boolean("fan_in_fan_out", default: false)
    }

    /// What B A is multiplied with.
    ///
    /// - Parameter layer: the full name of the layer that they are beside.
    func scale(rank: Int, of layer: String) -> Float {
        let own = ownAlphas.first { layer == $0.ending || layer.hasSuffix("." + $0.ending) }
        let alpha = own?.alpha ?? alpha
        return Float(alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank)))
    }

    private static func ownAlphas(
        _ patterns: JSONObject?
    ) throws(FileError) -> [(ending: String, alpha: Double)] {
        guard let patterns else { return [] }
        var result: [(ending: String, alpha: Double)] = []
        for key in patterns.keys {
            guard key.allSatisfy({ $0.isLetter || $0.isNumber || "._".contains($0) }) else {
                throw patterns.error(key, "is not supported: only names of layers are")
            }
            result.append((key, try patterns.number(key, in: -1e6...1e6)))
        }
        return result
    }
}
