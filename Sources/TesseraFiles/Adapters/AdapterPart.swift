/// What a tensor of an adapter is, by its name: `base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight`.
struct AdapterPart {
    enum Kind {
        /// A and B of a matrix.
        case down, up
        /// What stands in place of the model's tensor.
        case whole
        case unknown
    }

    let kind: Kind
    /// The tensor of the model that it is for.
    let target: String
    /// The other half of A or B.
    let partner: String

    init(_ name: String) {
        let prefix = "base_model.model."
        let own = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        if own.hasSuffix(".lora_A.weight") {
            (kind, partner) = (.down, name.replacing(".lora_A.weight", with: ".lora_B.weight"))
        } else if own.hasSuffix(".lora_B.weight") {
            (kind, partner) = (.up, name.replacing(".lora_B.weight", with: ".lora_A.weight"))
        } else {
            (kind, partner) = (own.contains("lora_") ? .unknown : .whole, "")
        }
        target = own.replacing(".lora_A.weight", with: ".weight").replacing(".lora_B.weight", with: ".weight")
            .replacing(".modules_to_save.", with: ".")
    }

    /// The layer whose matrix it is.
    var layer: String { target.hasSuffix(".weight") ? String(target.dropLast(".weight".count)) : target }

    /// What a checkpoint of the bare model calls it: without the class's prefix.
    var bareTarget: String? { target.firstIndex(of: ".").map { String(target[target.index(after: $0)...]) } }
}
