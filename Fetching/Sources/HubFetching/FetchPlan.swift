/// Whom a fetch tells how it goes.
public struct FetchReport: Sendable {
    /// So many bytes more are there; fewer than none where some have to come again.
    public let advance: @Sendable (Int) -> Void
    /// A line for the user.
    public let notify: @Sendable (String) -> Void

    /// - Parameters:
    ///   - advance: is told of bytes, on any thread.
    ///   - notify: is told what the user may want to know.
    public init(advance: @escaping @Sendable (Int) -> Void, notify: @escaping @Sendable (String) -> Void) {
        (self.advance, self.notify) = (advance, notify)
    }
}

/// Which files of a repository are fetched, and how much of them is in the cache.
public struct FetchPlan: Sendable {
    /// A file of the plan.
    public struct File: Sendable {
        /// The path in the repository.
        public let path: String
        /// Its size.
        public let byteCount: Int
    }

    /// `owner/name`.
    public let repository: String
    /// The branch, tag or commit that was asked for.
    public let revision: String
    /// The commit that it stands at.
    public let commit: String
    /// How many bytes have to come.
    public let missingByteCount: Int
    /// What is fetched, or in the cache already.
    public var files: [File] { remoteFiles.map { File(path: $0.path, byteCount: $0.byteCount) } }
    let remoteFiles: [RemoteFile]
}
