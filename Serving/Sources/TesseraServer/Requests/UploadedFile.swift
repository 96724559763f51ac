internal import Foundation
internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that a request brought, kept on disk as long as this value is there.
final class UploadedFile: Sendable {
    /// What the client calls it; messages name it so.
    let name: String
    /// Where it is.
    let path: String
    private let handle: FileHandle

    /// An empty file in the system's folder for such, which nobody else may read.
    ///
    /// - Throws: `FileError.cannotCreate`.
    init(name: String) throws(FileError) {
        var template = Array((NSTemporaryDirectory() + "/tessera-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: path, cause: String(cString: strerror(errno)))
        }
        self.name = name
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    deinit { unlink(path) }

    /// Adds bytes at its end.
    ///
    /// - Throws: `FileError.inputOutput`, of a full disk for instance.
    func append(_ data: Data) throws(FileError) {
        do {
            try handle.write(contentsOf: data)
        } catch {
            throw FileError(.inputOutput, path: path, cause: error.localizedDescription)
        }
    }

    /// How many bytes it has.
    var byteCount: Int {
        get throws(FileError) { try named { path throws(FileError) in try InputFile(path).byteCount } }
    }

    /// All of it.
    ///
    /// - Throws: `FileError`.
    func contents() throws(FileError) -> [UInt8] {
        try named { path throws(FileError) in try InputFile(path).contents(limit: .max) }
    }

    /// Calls `body` with the file's path; what it throws names the file as the client does.
    func named<Result>(_ body: (String) throws(FileError) -> Result) throws(FileError) -> Result {
        do throws(FileError) {
            return try body(path)
        } catch {
            throw error.path == path ? FileError(error.kind, path: name, cause: error.cause, place: error.place) : error
        }
    }
}
