internal import ArgumentParser
public import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What the arguments of a command stand for: files, the supported files of folders, and `-` for standard input.
public struct InputFiles: Sendable {
    /// In the order of the arguments, a folder's files by name. A file that is absent is here too: reading it will
    /// say so.
    public private(set) var paths: [String] = []
    /// Folders that could not be read or that hold nothing of use.
    public private(set) var failures: [FileError] = []

    /// How many inputs were asked for; a folder that failed counts as one.
    public var count: Int { paths.count + failures.count }

    /// - Parameters:
    ///   - arguments: as the user gave them.
    ///   - extensions: which files of a folder are meant, in lower case: `["png", "jpg", "jpeg"]`.
    ///   - kind: what those are, for the message about a folder without any: `pictures`.
    /// - Throws: `ValidationError` (exit code 64) when `-` is given twice or an argument is empty.
    public init(_ arguments: [String], extensions: [String], kind: String) throws {
        if arguments.contains("") { throw ValidationError("The name of an input must not be empty.") }
        if arguments.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input ('-') can be read once only.")
        }
        for argument in arguments {
            guard argument != "-", isFolder(argument) else {
                paths.append(argument)
                continue
            }
            do throws(FileError) {
                let files = try folderFiles(argument, extensions: extensions)
                if files.isEmpty { throw FileError(.unreadable, path: argument, cause: "the folder holds no \(kind)") }
                paths += files
            } catch {
                failures.append(error)
            }
        }
    }
}

private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The files of a folder with one of the extensions, in the order of their names' bytes. Hidden files and folders
/// inside are left out.
private func folderFiles(_ folder: String, extensions: [String]) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else {
        throw FileError(.unreadable, path: folder, cause: "cannot read the folder: \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var paths: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                String(validatingCString: $0)
            }
        }
        guard let name else {
            throw FileError(.unreadable, path: folder, cause: "a file in the folder has a name that is not UTF-8")
        }
        guard !name.hasPrefix("."), let dot = name.lastIndex(of: "."),
            extensions.contains(name[name.index(after: dot)...].lowercased()), !isFolder(prefix + name)
        else { continue }
        paths.append(prefix + name)
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
