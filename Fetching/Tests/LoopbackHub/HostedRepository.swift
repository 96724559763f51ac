internal import Foundation

/// A repository that the loopback hub serves, at one commit.
public struct HostedRepository: Sendable {
    /// `owner/name`.
    public let name: String
    public var files: [HostedFile]
    public let commit: String
    /// The branches and tags that stand at the commit.
    public let revisions: Set<String>

    public init(
        _ name: String, _ files: [HostedFile], commit: String = String(repeating: "c0ffee12", count: 5),
        revisions: Set<String> = ["main"]
    ) {
        (self.name, self.files, self.commit, self.revisions) = (name, files, commit, revisions)
    }

    /// What `/api/models/NAME/revision/REVISION` tells.
    public var information: String {
        let siblings = files.map { file -> [String: Any] in
            var entry: [String: Any] = ["rfilename": file.path, "size": file.byteCount, "blobId": blob(file)]
            if file.isLarge { entry["lfs"] = ["sha256": file.hash, "size": file.byteCount, "pointerSize": 134] }
            return entry
        }
        return json([
            "id": name, "modelId": name, "sha": commit, "private": false, "gated": false, "tags": [String](),
            "downloads": 0,
            "likes": 0, "siblings": siblings,
        ])
    }

    /// What `/api/models/NAME/tree/REVISION` tells.
    var tree: String {
        json(
            files.map { file -> [String: Any] in
                var entry: [String: Any] = [
                    "type": "file", "path": file.path, "size": file.byteCount, "oid": blob(file),
                ]
                if file.isLarge { entry["lfs"] = ["oid": file.hash, "size": file.byteCount, "pointerSize": 134] }
                return entry
            })
    }

    /// Large files have a small pointer in git, with a hash of its own.
    private func blob(_ file: HostedFile) -> String { file.isLarge ? String(file.hash.prefix(40)) : file.hash }
}

private func json(_ value: Any) -> String {
    guard let data = try? JSONSerialization.data(withJSONObject: value) else { return "" }
    return String(decoding: data, as: UTF8.self)
}
