package import TesseraFiles

/// A file of a repository, as the hub lists it.
package struct RemoteFile: Sendable, Equatable {
    /// The path in the repository, of plain names.
    package let path: String
    let byteCount: Int
    /// The hash that its contents must have, which is also what the cache calls them.
    let hash: ContentHash

    package init(path: String, byteCount: Int, hash: ContentHash) {
        (self.path, self.byteCount, self.hash) = (path, byteCount, hash)
    }
}

/// A commit, and what it holds.
package struct RepositoryListing: Sendable {
    let commit: String
    package let files: [RemoteFile]

    /// More than any model has.
    private static let largestFile = 1 << 50

    /// Parses what the hub answers to `/api/models/NAME/revision/REVISION?blobs=true`.
    ///
    /// - Parameter address: for errors.
    /// - Throws: `FileError.badData` when it is damaged or names files that must not be written.
    package init(_ bytes: [UInt8], address: String) throws(FileError) {
        let answer = try JSONObject(bytes: bytes, path: address)
        commit = try answer.string("sha")
        guard isHexadecimal(commit, count: 40) else { throw answer.error("sha", "is no commit") }
        files = try answer.objects("siblings").map { file throws(FileError) in try RepositoryListing.file(file) }
    }

    private static func file(_ entry: JSONObject) throws(FileError) -> RemoteFile {
        let path = try entry.string("rfilename")
        if let cause = refusal(ofName: path) { throw entry.error("rfilename", cause) }
        let size = try entry.integer("size", in: 0...largestFile)
        if let large = try entry.object("lfs") {
            let hash = try large.string("sha256")
            guard isHexadecimal(hash, count: 64) else { throw large.error("sha256", "is no SHA-256") }
            guard try large.integer("size", in: 0...largestFile, default: size) == size else {
                throw entry.error("size", "is not that of its contents")
            }
            return RemoteFile(path: path, byteCount: size, hash: .sha256(hash))
        }
        let hash = try entry.string("blobId")
        guard isHexadecimal(hash, count: 40) else { throw entry.error("blobId", "is no hash of git") }
        return RemoteFile(path: path, byteCount: size, hash: .gitBlob(hash))
    }
}

private func isHexadecimal(_ text: String, count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
}
