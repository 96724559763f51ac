internal import TesseraFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder of its own for a test, removed with everything in it when the last reference goes.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/tessera-test-XXXXXX").utf8CString)
        guard let created = mkdtemp(&template) else { fatalError("no temporary folder in \(parent)") }
        path = String(cString: created)
    }

    deinit { TemporaryFolder.remove(path) }

    /// The path of `name` in the folder.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, its folders included, and returns its path.
    @discardableResult
    public func write(_ name: String, _ bytes: [UInt8]) -> String {
        createFolders(above: name)
        guard let stream = fopen(file(name), "wb") else { fatalError("cannot write \(file(name))") }
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
        return file(name)
    }

    /// Writes a text file, its folders included, and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

    /// Makes `name` a link to `target`, its folders included, and returns its path.
    @discardableResult
    public func link(_ name: String, to target: String) -> String {
        createFolders(above: name)
        symlink(target, file(name))
        return file(name)
    }

    /// Creates a folder, those above it included, and returns its path.
    @discardableResult
    public func createFolder(_ name: String) -> String {
        createFolders(above: name + "/")
        return file(name)
    }

    /// The names in the folder, sorted.
    public var contents: [String] { folderContents(path) }

    private func createFolders(above name: String) {
        var folder = path
        for part in name.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += "/" + part
            mkdir(folder, 0o755)
        }
    }

    private static func remove(_ path: String) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            for name in folderContents(path) { remove(path + "/" + name) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
