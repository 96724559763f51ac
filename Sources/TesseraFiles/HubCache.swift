#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The folder in which Hugging Face's tools keep what they have fetched
/// (https://huggingface.co/docs/huggingface_hub/guides/manage-cache): `models--OWNER--NAME` for a repository, with the
/// commit of a branch in `refs/BRANCH` and links to the files of a commit in `snapshots/COMMIT`.
public struct HubCache: Sendable {
    /// The cache's folder, which need not exist; `nil` when not even a home folder is known.
    public let path: String?

    /// The cache that the environment names: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `huggingface/hub` in the
    /// user's cache folder.
    public init() {
        self.init { name in getenv(name).map { String(cString: $0) } }
    }

    /// The cache in the folder `path`.
    public init(path: String) { self.path = path }

    /// The cache that variables name, with their values.
    public init(environment: [String: String]) { self.init { environment[$0] } }

    /// The cache that `environment` names.
    package init(environment: (String) -> String?) {
        func folder(_ name: String) -> String? {
            guard let path = environment(name), !path.isEmpty else { return nil }
            guard path.hasPrefix("~/"), let home = environment("HOME") else { return path }
            return joinPath(home, String(path.dropFirst(2)))
        }
        path =
            folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE")
            ?? folder("HF_HOME").map { joinPath($0, "hub") }
            ?? folder("XDG_CACHE_HOME").map { joinPath($0, "huggingface/hub") }
            ?? folder("HOME").map { joinPath($0, ".cache/huggingface/hub") }
    }

    /// Whether `name` has the form of a repository's name: `owner/name`, or `name` alone as the oldest models have it.
    public static func isRepository(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !name.contains(".."), !name.contains("--") else { return false }
        let accepted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8
        return parts.allSatisfy { part in
            (1...96).contains(part.utf8.count) && part.first != "." && part.first != "-"
                && part.utf8.allSatisfy { accepted.contains($0) }
        }
    }

    /// The folder of the commit that `main` stood at when `repository` was fetched; `nil` when it is not in the cache.
    ///
    /// - Throws: `FileError.badData` when the cache names something that is no commit.
    func snapshot(of repository: String) throws(FileError) -> String? {
        guard let path, HubCache.isRepository(repository) else { return nil }
        let folder = joinPath(path, HubCache.folder(ofRepository: repository))
        let snapshots = joinPath(folder, "snapshots")
        let branch = joinPath(folder, "refs/main")
        var commit: String?
        if try linkExists(branch) {
            let bytes = try InputFile(branch).contents(limit: 256)
            let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
            guard isPlainName(text) else { throw FileError(.badData, path: branch, cause: "does not name a commit") }
            commit = text
        } else {
            // Fetched by its commit or another branch: without a choice there is no doubt which is meant.
            let commits = try isExistingFolder(snapshots) ? readFolder(snapshots) : []
            commit = commits.count == 1 ? commits[0] : nil
        }
        return commit.map { joinPath(snapshots, $0) }.flatMap { isFolder($0) ? $0 : nil }
    }

    /// Every repository in the cache with its folder.
    func snapshots() -> [(repository: String, path: String)] {
        guard let path else { return [] }
        return folderContents(path).compactMap { entry in
            // A repository that was fetched only in part, or is damaged, is no model to offer.
            guard let repository = HubCache.repository(entry), let path = try? snapshot(of: repository)
            else { return nil }
            return (repository, path)
        }
    }

    /// What the folder of a repository is called: `models--owner--name` for `owner/name`.
    static func folder(ofRepository name: String) -> String {
        "models--" + name.split(separator: "/").joined(separator: "--")
    }

    /// The repository that a folder of the cache holds: `owner/name` for `models--owner--name`.
    private static func repository(_ folder: String) -> String? {
        guard folder.hasPrefix("models--") else { return nil }
        let name = folder.dropFirst("models--".count)
        // Neither an owner nor a name may hold "--", so that the first one is the separator.
        guard let dashes = name.indices.first(where: { name[$0...].hasPrefix("--") }) else { return String(name) }
        return name[..<dashes] + "/" + name[name.index(dashes, offsetBy: 2)...]
    }

    /// The `blobs` folder that the links of a snapshot lead to; `nil` when `folder`, resolved, is no snapshot.
    static func blobs(ofSnapshot folder: String) -> String? {
        let (snapshots, _) = splitPath(folder)
        let (repository, snapshotsName) = splitPath(snapshots)
        guard snapshotsName == "snapshots", splitPath(repository).name.hasPrefix("models--") else { return nil }
        return joinPath(repository, "blobs")
    }
}
