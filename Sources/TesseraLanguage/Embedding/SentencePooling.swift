internal import TesseraFiles
internal import TesseraTensor

/// How the hidden states of a text's tokens become one vector, as sentence-transformers' modules say.
struct SentencePooling: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// The mean of all tokens'.
        case mean
        /// The first token's.
        case first
        /// In each place the largest of all tokens'.
        case largest
    }

    var kind = Kind.mean
    /// Whether the vector is divided by its length.
    var normalizes = true

    /// The modules of modules.json behind the Transformer, whose folder is the model's.
    ///
    /// - Throws: `FileError` naming the module that is not known.
    init(_ folder: ModelFolder) throws(FileError) {
        guard try folder.contains("modules.json") else { return }
        normalizes = false
        let path = joinPath(folder.path, "modules.json")
        for module in try folder.modules() {
            switch module.kind {
            case "Transformer":
                guard module.path.isEmpty else {
                    throw FileError(
                        .badData, path: path, cause: "the Transformer is not in the folder itself", place: module.path)
                }
            case "Pooling": kind = try Kind(try folder.read(module.path + "/config.json"))
            case "Normalize": normalizes = true
            default:
                throw FileError(.badData, path: path, cause: "the module \(module.kind.quoted) is not supported")
            }
        }
    }

    /// One vector of each text.
    ///
    /// - Parameters:
    ///   - states: `[batch, tokens, hidden]`
    ///   - counts: how many tokens each text has.
    /// - Returns: `[batch, hidden]`
    func callAsFunction(_ states: Tensor, counts: [Int]) -> Tensor {
        let (tokens, hidden) = (states.shape[1], states.shape[2])
        var result = Tensor(shape: [counts.count, hidden], repeating: 0)
        states.withValues { states in
            result.withMutableValues { result in
                for (text, count) in counts.enumerated() {
                    let rows = UnsafeBufferPointer(
                        rebasing: states[text * tokens * hidden..<(text + 1) * tokens * hidden])
                    let row = UnsafeMutableBufferPointer(rebasing: result[text * hidden..<(text + 1) * hidden])
                    pool(rows, count, into: row)
                    if normalizes { normalize(row) }
                }
            }
        }
        return result
    }

    private func pool(_ states: UnsafeBufferPointer<Float>, _ count: Int, into row: UnsafeMutableBufferPointer<Float>) {
        _ = row.update(fromContentsOf: states[..<row.count])
        guard kind != .first else { return }
        for token in 1..<max(1, count) {
            let state = states[token * row.count..<(token + 1) * row.count]
            for (index, value) in zip(row.indices, state) {
                row[index] = kind == .mean ? row[index] + value : max(row[index], value)
            }
        }
        if kind == .mean { for index in row.indices { row[index] /= Float(count) } }
    }

    private func normalize(_ row: UnsafeMutableBufferPointer<Float>) {
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in row.indices { row[index] /= max(length, 1e-12) }
    }
}

extension SentencePooling.Kind {
    /// What 1_Pooling/config.json says.
    ///
    /// - Throws: `FileError` naming a mode that is not known, or where there is not one.
    init(_ config: JSONObject) throws(FileError) {
        let known: [String: Self] = [
            "pooling_mode_mean_tokens": .mean, "pooling_mode_cls_token": .first, "pooling_mode_max_tokens": .largest,
        ]
        if config.contains("pooling_mode") {  // as newer ones have it
            let name = try config.string("pooling_mode")
            guard let kind = ["mean": Self.mean, "cls": .first, "max": .largest][name] else {
                throw config.error("pooling_mode", "\(name.quoted) is not supported: mean, cls and max are")
            }
            self = kind
            return
        }
        var chosen: [String] = []
        for key in config.keys where key.hasPrefix("pooling_mode_") {
            if try config.boolean(key) { chosen.append(key) }
        }
        guard chosen.count == 1, let kind = known[chosen[0]] else {
            throw config.error(
                chosen.last ?? "pooling_mode_mean_tokens", "one of mean, cls and max tokens must be true, alone")
        }
        self = kind
    }
}

extension ModelFolder {
    /// The modules of a sentence-transformers model: the last part of each one's type, and its folder.
    fileprivate func modules() throws(FileError) -> [(kind: String, path: String)] {
        let path = joinPath(self.path, "modules.json")
        let bytes = try contents(of: "modules.json", limit: 1 << 20)
        // A JSON array, where all other files are objects.
        let object = try JSONObject(bytes: Array("{\"modules\":".utf8) + bytes + Array("}".utf8), path: path)
        var modules: [(String, String)] = []
        for module in try object.objects("modules") {
            let type = try module.string("type")
            modules.append(
                (type.split(separator: ".").last.map(String.init) ?? type, try module.string("path", default: "")))
        }
        return modules
    }
}
