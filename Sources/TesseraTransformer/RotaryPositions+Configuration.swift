package import TesseraFiles

extension JSONObject {
    /// Rotary positions in both spellings that transformers has had: `rope_parameters`, or `rope_theta` and `rope_scaling`.
    ///
    /// - Parameters:
    ///   - headSize: how many numbers a head has.
    ///   - contextLength: how many tokens a text may have.
    ///   - baseKey: what the base is called outside `rope_parameters`.
    ///   - share: which part of a head is turned, where that is not said; nil in families that always turn all of it.
    /// - Throws: `FileError` naming the key.
    package func rotaryPositions(
        headSize: Int, contextLength: Int, baseKey: String = "rope_theta", share: Double? = nil
    ) throws(FileError) -> RotaryPositions {
        // What the older one says goes before, as there.
        let scaling = try object("rope_scaling")
        let settings = scaling?.members.isEmpty == false ? scaling : try object("rope_parameters")
        let outer = try number(baseKey, in: 1...1e15, default: 10_000)
        let size = Int(Double(headSize) * (try turnedShare(settings, share)))
        guard size > 0, size % 2 == 0 else {
            throw error("head_dim", "\(size) of a head's \(headSize) numbers make no pairs to turn")
        }
        return RotaryPositions(
            size: size, base: try settings?.number("rope_theta", in: 1...1e15, default: outer) ?? outer,
            scaling: try settings?.rotaryScaling(contextLength, outside: self) ?? .none)
    }

    private func turnedShare(_ settings: JSONObject?, _ share: Double?) throws(FileError) -> Double {
        let key = "partial_rotary_factor"
        if let share { return try settings?.number(key, in: 0...1, default: share) ?? share }
        for source in [self, settings].compactMap(\.self)
        where try source.number(key, in: 0...1, default: 1) != 1 {
            throw source.error(key, "heads that are turned in part are not supported")
        }
        return 1
    }

    private func rotaryScaling(
        _ contextLength: Int, outside config: JSONObject
    ) throws(FileError) -> RotaryPositions.Scaling {
        let key = contains("rope_type") ? "rope_type" : "type"
        let type = try string(key, default: "default")
        switch type {
        // Its base grows only with texts longer than the context, which are never read.
        case "default", "dynamic": return .none
        case "linear": return .linear(factor: Float(try scalingFactor()))
        case "llama3":
            let low = try number("low_freq_factor", in: 1e-6...1e6)
            return .llama3(
                factor: Float(try scalingFactor()), lowFrequencyFactor: Float(low),
                highFrequencyFactor: Float(try number("high_freq_factor", in: low...1e6)),
                originalLength: try originalLength(contextLength, outside: config))
        case "yarn":
            return .yarn(try yarn(contextLength, try originalLength(contextLength, outside: config)))
        default:
            throw error(
                key, "\(type.quoted) is not supported: these are: default, linear, dynamic, llama3, yarn")
        }
    }

    private func scalingFactor(default: Double? = nil) throws(FileError) -> Double {
        try number("factor", in: 1...1e6, default: `default`)
    }

    private func originalLength(_ contextLength: Int, outside config: JSONObject) throws(FileError) -> Int {
        let key = "original_max_position_embeddings"
        return try config.integer(key, in: 1...1 << 30, default: integer(key, in: 1...1 << 30, default: contextLength))
    }

    private func yarn(_ contextLength: Int, _ originalLength: Int) throws(FileError) -> RotaryPositions.YaRN {
        let ratio = max(1, Double(contextLength) / Double(originalLength))
        var yarn = RotaryPositions.YaRN(
            factor: try scalingFactor(default: ratio), originalLength: originalLength)
        yarn.fastTurns = try number("beta_fast", in: 1e-3...1e6, default: 32)
        yarn.slowTurns = try number("beta_slow", in: 1e-3...1e6, default: 1)
        yarn.isTruncated = try boolean("truncate", default: true)
        let all = try number("mscale_all_dim", in: 0...1e3, default: 0)
        let scale = try number("mscale", in: 0...1e3, default: 0)
        if contains("attention_factor") {
            yarn.attentionFactor = Float(try number("attention_factor", in: 0...1e3))
        } else if scale != 0, all != 0 {
            yarn.attentionFactor = yarn.attentionFactor(of: scale) / yarn.attentionFactor(of: all)
        }
        return yarn
    }
}
