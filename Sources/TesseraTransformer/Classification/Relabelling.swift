package import TesseraFiles

extension JSONObject {
    /// A classifier's config.json with other labels, and with the class that has a head for them.
    package func relabelled(
        _ labels: [String], architecture: String, problemType: String? = "single_label_classification"
    ) throws(FileError) -> JSONObject {
        let replaced = ["architectures", "id2label", "label2id", "num_labels", "problem_type", "_name_or_path"]
        var json = JSONWriter()
        json.object { json in
            json.array("architectures") { $0.write(architecture) }
            for member in members where !replaced.contains(member.name) { json.write(member.value, for: member.name) }
            json.object("id2label") { json in
                for (index, label) in labels.enumerated() { json.write(label, for: "\(index)") }
            }
            json.object("label2id") { json in
                for (index, label) in labels.enumerated() { json.write(index, for: label) }
            }
            if let problemType { json.write(problemType, for: "problem_type") }
        }
        return try JSONObject(bytes: try json.finish(path: path), path: path)
    }
}
