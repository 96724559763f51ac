/// The files of a repository that a model needs: weights in one format, safetensors where there are any, and the settings of model,
/// processors and tokenizer. What is in folders belongs to other frameworks, and nothing reads it, but for the settings of
/// sentence-transformers' modules.
package func neededFiles(_ files: [RemoteFile]) -> [RemoteFile] {
    let weights = Set(weightFiles(files.map(\.path).filter(isAtTop)))
    return files.filter {
        isAtTop($0.path) ? weights.contains($0.path) || isSettings($0.path) : isModule($0.path)
    }
}

private func isAtTop(_ path: String) -> Bool { !path.contains("/") && !path.hasPrefix(".") }

/// `1_Pooling/config.json`.
private func isModule(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == "config.json", let mark = parts[0].firstIndex(of: "_") else { return false }
    return mark > parts[0].startIndex && parts[0][..<mark].allSatisfy(\.isWholeNumber)
}

/// The weights of the first format that is there, with the index of shards.
private func weightFiles(_ names: [String]) -> [String] {
    for (stem, ending) in [("model", ".safetensors"), ("pytorch_model", ".bin")] {
        let single = stem + ending
        if names.contains(single) { return [single] }
        let shards = names.filter { $0.hasPrefix(stem + "-") && isShard($0.dropFirst(stem.count), ending) }
        if !shards.isEmpty { return shards + [single + ".index.json"] }
    }
    // CTranslate2's, which faster-whisper's repositories hold.
    if names.contains("model.bin") { return ["model.bin"] }
    return names.filter { $0.hasSuffix(".safetensors") }
}

/// `-00001-of-00002.safetensors`.
private func isShard(_ name: Substring, _ ending: String) -> Bool {
    guard name.hasSuffix(ending) else { return false }
    let parts = name.dropLast(ending.count).split(separator: "-")
    return parts.count == 3 && parts[1] == "of" && [parts[0], parts[2]].allSatisfy { $0.allSatisfy(\.isWholeNumber) }
}

private func isSettings(_ name: String) -> Bool {
    let endings = [".json", ".txt", ".model", ".jinja", ".tiktoken", ".spm"]
    return endings.contains { name.hasSuffix($0) } && !name.hasSuffix(".index.json")
}
