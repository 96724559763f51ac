package import TesseraFiles

/// How a classifier's logits become scores.
public enum LabelScores: Sendable {
    /// One label an input: softmax.
    case softmax
    /// Any number of labels an input: a sigmoid each.
    case sigmoid
}

extension LabelScores {
    /// What `problem_type` of config.json says.
    ///
    /// - Throws: `FileError` where the model is no classifier.
    package init(_ config: JSONObject, labelCount: Int) throws(FileError) {
        guard config.contains("problem_type") else {
            self = labelCount == 1 ? .sigmoid : .softmax
            return
        }
        let type = try config.string("problem_type")
        switch type {
        case "single_label_classification": self = .softmax
        case "multi_label_classification": self = .sigmoid
        default: throw config.error("problem_type", "\"\(type)\" is not supported: this is a classifier")
        }
    }
}

extension JSONObject {
    /// The labels' names, by index, of a config.json; `LABEL_0` and so on where it names none.
    ///
    /// - Throws: `FileError` naming the key.
    package func labels() throws(FileError) -> [String] {
        guard let names = try object("id2label") else {
            let count = try integer("num_labels", in: 1...1_000_000, default: 2)
            return (0..<count).map { "LABEL_\($0)" }
        }
        var labels = [String?](repeating: nil, count: names.keys.count)
        for key in names.keys {
            guard let index = Int(key), labels.indices.contains(index) else {
                throw error("id2label", "\"\(key)\" is not an index from 0 to \(labels.count - 1)")
            }
            labels[index] = try names.string(key)
        }
        guard !labels.isEmpty else { throw error("id2label", "there are no labels") }
        return labels.enumerated().map { $1 ?? "LABEL_\($0)" }
    }
}
