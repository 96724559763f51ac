package import TesseraFiles

/// A family of published checkpoints, as their config.json names it.
package protocol PublishedFamily {
    /// `model_type` in config.json.
    var modelType: String { get }
    /// Classes in `architectures` whose checkpoints have the head that is used here.
    var architectures: [String] { get }
}

extension JSONObject {
    /// The family that a config.json names, of those that can be run.
    ///
    /// - Parameters:
    ///   - lacking: what a class of the family that is none of its `architectures` lacks, `has no classification head`, and what the
    ///     others do, `has`; nil where any class will do.
    /// - Throws: `FileError` naming the key.
    package func family<Family: PublishedFamily>(
        among families: [Family], lacking: (String, others: String)?
    ) throws(FileError) -> Family {
        let type = try string("model_type")
        guard let family = families.first(where: { $0.modelType == type }) else {
            let known = families.map(\.modelType).joined(separator: ", ")
            throw error("model_type", "\"\(type)\" is not supported; these are: \(known)")
        }
        guard let lacking, case .array(let values)? = value("architectures") else { return family }
        let names = values.compactMap { if case .string(let name) = $0 { name } else { nil } }
        guard names.isEmpty || names.contains(where: family.architectures.contains) else {
            let others = family.architectures.joined(separator: " or ")
            throw error(
                "architectures", "\(names.joined(separator: ", ")) \(lacking.0); \(others) \(lacking.others)")
        }
        return family
    }

    /// Refuses what would change a model's result and is not supported.
    package func refuseUnsupportedModels() throws(FileError) {
        if contains("auto_map") {
            throw error("auto_map", "the model needs code of its own, which is never run")
        }
        if contains("quantization_config") {
            throw error("quantization_config", "quantised checkpoints are not supported: use the original weights")
        }
    }
}
