/// Why a path that the hub names must not be written; nil where it may be.
func refusal(ofName path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0 == "\\" }) {
        return "names a file with control characters or backslashes"
    }
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
        return "names the file \(path.quotedInMessage), which is not inside the folder"
    }
    // Links to it get a longer name for a moment.
    if parts.contains(where: { $0.utf8.count > 200 }) || path.utf8.count > 1000 || parts.count > 32 {
        return "names a file with too long a name"
    }
    return nil
}

/// Why files cannot stand beside each other everywhere; nil where they can.
func collision(_ paths: [String]) -> String? {
    var seen: [String: String] = [:]
    var folders: [String: String] = [:]
    for path in paths {
        let folded = path.lowercased()
        if let other = seen.updateValue(path, forKey: folded) {
            return "lists \(other.quotedInMessage) and \(path.quotedInMessage), which are one name on many disks"
        }
        let parts = folded.split(separator: "/")
        for count in 1..<max(1, parts.count) { folders[parts.prefix(count).joined(separator: "/")] = path }
    }
    guard let file = seen.keys.first(where: { folders[$0] != nil }), let inside = folders[file] else { return nil }
    return "lists \(inside.quotedInMessage) inside of a file"
}

/// Whether a text names a branch, tag or commit, and no place outside the cache's folder of them.
public func isRevision(_ text: String) -> Bool { refusal(ofName: text) == nil }
