/// The files of some kinds in a folder, and what there is beside them. Hidden files and folders do not count.
///
/// ```swift
/// let pictures = try FolderFiles("photos", extensions: ["png", "jpg"], isRecursive: true)
/// ```
public struct FolderFiles: Sendable {
    /// The files, from where the folder was named: `photos/2.png`, `photos/more/1.jpg`. Those of a folder by the bytes of their
    /// names, and among them, where its name stands, what is in a folder inside.
    public private(set) var paths: [String] = []
    /// Files of these kinds, and folders inside, that cannot be looked at: their name is no text, they may not be read, or a link
    /// leads back.
    public private(set) var failures: [FileError] = []
    /// How many files are of other kinds.
    public private(set) var otherFileCount = 0
    /// How many folders were not gone into.
    public private(set) var otherFolderCount = 0

    private let extensions: Set<String>
    private let isRecursive: Bool
    private static let deepest = 32

    /// - Parameters:
    ///   - extensions: which files are meant, in lower case: `["png", "jpg"]`.
    ///   - isRecursive: whether those in folders inside are, too.
    /// - Throws: `FileError.unreadable` when the folder is absent, is none, or may not be read.
    public init(_ folder: String, extensions: [String], isRecursive: Bool) throws(FileError) {
        (self.extensions, self.isRecursive) = (Set(extensions), isRecursive)
        try add(folder, above: [])
    }

    /// What was left out: `4 files of other kinds and 2 folders`; nil where nothing was.
    public var leftOut: String? {
        func counted(_ count: Int, _ one: String, _ several: String) -> String? {
            count == 0 ? nil : count == 1 ? one : "\(count) \(several)"
        }
        let parts = [
            counted(otherFileCount, "1 file of another kind", "files of other kinds"),
            counted(otherFolderCount, "1 folder", "folders"),
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    /// `leftOut` as a sentence.
    public var warning: String? {
        leftOut.map { $0 + (otherFileCount + otherFolderCount == 1 ? " is" : " are") + " left out" }
    }

    /// - Parameter above: the folders that this one lies in, by what they are.
    private mutating func add(_ folder: String, above: [String]) throws(FileError) {
        let identity = try resolvedPath(folder) ?? folder
        guard !above.contains(identity), above.count < FolderFiles.deepest else {
            let cause = "folders are nested too deep, or a link leads back"
            throw FileError(.badData, path: folder, cause: cause)
        }
        for entry in try folderEntries(folder) where !entry.isHidden {
            let path = joinPath(folder, entry.shownName)
            if entry.isFolder ? !isRecursive : !extensions.contains(entry.fileExtension) {
                if entry.isFolder { otherFolderCount += 1 } else { otherFileCount += 1 }
            } else if entry.name == nil {
                failures.append(FileError(.unreadable, path: path, cause: "its name is not UTF-8: rename it"))
            } else if entry.isFolder {
                do throws(FileError) {
                    try add(path, above: above + [identity])
                } catch {
                    failures.append(error)
                }
            } else {
                paths.append(path)
            }
        }
    }
}
