package import TesseraFiles

/// The families that a product runs.
package struct FamilyRegistry<Family: Sendable>: Sendable {
    /// In the order in which they are named to users.
    package let families: [Family]
    private let published: @Sendable (Family) -> any PublishedFamily.Type
    private let purpose: (lacking: String, others: String)

    /// - Parameters:
    ///   - families: types of a protocol that refines `PublishedFamily`.
    ///   - purpose: what is said of a class that no family names, `does not transcribe`, and of the others, `does`.
    ///   - published: the family as such; a list of a protocol's types does not say that it refines `PublishedFamily`.
    package init(
        _ families: [Family], purpose: (lacking: String, others: String),
        published: @escaping @Sendable (Family) -> any PublishedFamily.Type
    ) {
        (self.families, self.purpose, self.published) = (families, purpose, published)
    }

    /// The `model_type`s of config.json, each once.
    package var modelTypes: [String] {
        families.reduce(into: []) { types, family in
            let type = published(family).modelType
            if !types.contains(type) { types.append(type) }
        }
    }

    /// The family that a config.json names.
    ///
    /// - Parameter acceptsAnyClass: whether a class will do that the family does not name: a checkpoint of pre-training, say, to
    ///   start a training from.
    /// - Throws: `FileError` naming the key.
    package func family(of config: JSONObject, acceptsAnyClass: Bool = false) throws(FileError) -> Family {
        try config.refuseUnsupportedModels()
        let type = try config.string("model_type")
        let ofType = families.filter { published($0).modelType == type }
        guard let first = ofType.first else {
            throw config.error(
                "model_type",
                "\"\(type)\" is not supported; these are: \(modelTypes.joined(separator: ", "))")
        }
        let named = config.architectures
        // Of a type that has one family, the class need not be named.
        if ofType.count == 1, named.isEmpty || acceptsAnyClass { return first }
        let fitting = ofType.first { family in named.contains { published(family).architectures.contains($0) } }
        guard let fitting else { throw refusal(of: named, ofType, config) }
        return fitting
    }

    private func refusal(of named: [String], _ families: [Family], _ config: JSONObject) -> FileError {
        let known = families.flatMap { published($0).architectures }.joined(separator: " or ")
        guard !named.isEmpty else {
            return config.error("architectures", "no class is named; it must be \(known)")
        }
        return config.error(
            "architectures", "\(named.joined(separator: ", ")) \(purpose.lacking); \(known) \(purpose.others)")
    }
}

extension JSONObject {
    /// The classes that a config.json names.
    package var architectures: [String] {
        guard case .array(let values)? = value("architectures") else { return [] }
        return values.compactMap { if case .string(let name) = $0 { name } else { nil } }
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
