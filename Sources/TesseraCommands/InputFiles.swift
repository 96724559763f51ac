internal import ArgumentParser
public import TesseraFiles

/// What the arguments of a command stand for: files, the supported files of folders, and `-` for standard input.
public struct InputFiles: Sendable {
    /// In the order of the arguments, a folder's files by name. A file that is absent is here too: reading it will
    /// say so.
    public private(set) var paths: [String] = []
    /// Of each path what to call an output after it: its name, or where it stands in the folder that was named.
    public private(set) var names: [String] = []
    /// Folders that could not be read or that hold nothing of use, and what could not be looked at in others.
    public private(set) var failures: [FileError] = []
    /// What folders hold beside, a sentence each: `photos: 4 files of other kinds and 2 folders are left out`.
    public private(set) var warnings: [String] = []

    /// How many inputs were asked for; a folder that failed counts as one.
    public var count: Int { paths.count + failures.count }

    /// - Parameters:
    ///   - arguments: as the user gave them.
    ///   - extensions: which files of a folder are meant, in lower case: `["png", "jpg", "jpeg"]`.
    ///   - kind: what those are, for the message about a folder without any: `pictures`.
    ///   - isRecursive: whether files in folders inside are meant, too.
    /// - Throws: `ValidationError` (exit code 64) when `-` is given twice or an argument is empty.
    public init(_ arguments: [String], extensions: [String], kind: String, isRecursive: Bool = false) throws {
        if arguments.contains("") { throw ValidationError("The name of an input must not be empty.") }
        if arguments.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input ('-') can be read once only.")
        }
        for argument in arguments {
            guard argument != "-", isFolder(argument) else {
                paths.append(argument)
                names.append(splitPath(argument).name)
                continue
            }
            do throws(FileError) {
                add(try FolderFiles(argument, extensions: extensions, isRecursive: isRecursive), argument, kind)
            } catch {
                failures.append(error)
            }
        }
    }

    private mutating func add(_ files: FolderFiles, _ folder: String, _ kind: String) {
        paths += files.paths
        // By bytes: an accent at the start of a name is one character with the slash.
        let prefix = joinPath(folder, "").utf8.count
        names += files.paths.map { String(decoding: $0.utf8.dropFirst(prefix), as: UTF8.self) }
        failures += files.failures
        if !files.paths.isEmpty || !files.failures.isEmpty {
            if let warning = files.warning { warnings.append("\(folder): \(warning)") }
        } else {
            let others = files.leftOut.map { ", but " + $0 } ?? ""
            failures.append(FileError(.unreadable, path: folder, cause: "the folder holds no \(kind)\(others)"))
        }
    }
}

/// What an output is called after an input, without an extension, in the folders that the input lies in; `stdin` for standard input.
public func outputName(_ path: String) -> String {
    guard path != "-" else { return "stdin" }
    let (folder, name) = splitPath(path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return path }
    return (folder == "." ? "" : joinPath(folder, "")) + name[..<dot]
}
