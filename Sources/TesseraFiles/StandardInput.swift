#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension InputFile {
    /// Standard input as a file that can be read at any place and more than once, however much there is.
    ///
    /// A file that standard input was redirected from is read itself; of anything else, the bytes are copied to a temporary
    /// file without a name (in `$TMPDIR`, or else `/tmp`), which goes when the last reference to it does.
    ///
    /// - Throws: `FileError.unreadable` when standard input is closed or no such file can be made, `.inputOutput` when
    ///   reading fails or the disk is full.
    public static func standardInput() throws(FileError) -> InputFile {
        try copy(of: STDIN_FILENO, shownAs: "standard input")
    }

    package static func copy(of descriptor: Int32, shownAs path: String) throws(FileError) -> InputFile {
        var status = stat()
        if systemStatus(descriptor, &status) == 0, status.kindOtherThanRegular == nil {
            let duplicate = systemDuplicate(descriptor)
            guard duplicate >= 0 else {
                throw FileError(.unreadable, path: path, cause: systemCause("cannot be read", errno))
            }
            return try InputFile(descriptor: duplicate, path: path)
        }
        let temporary = try nameless(shownAs: path)
        do throws(FileError) {
            try copyAll(from: descriptor, to: OutputFile(descriptor: temporary, path: path), path: path)
        } catch {
            close(temporary)
            throw error
        }
        return try InputFile(descriptor: temporary, path: path)
    }

    /// Bytes in memory as a file without a name, for what reads files alone.
    ///
    /// - Parameter path: what errors call it.
    /// - Throws: `FileError` when no such file can be made, or the disk is full.
    package static func holding(_ bytes: [UInt8], shownAs path: String) throws(FileError) -> InputFile {
        let temporary = try nameless(shownAs: path)
        do throws(FileError) {
            try OutputFile(descriptor: temporary, path: path).write(bytes)
        } catch {
            close(temporary)
            throw error
        }
        return try InputFile(descriptor: temporary, path: path)
    }

    private static func nameless(shownAs path: String) throws(FileError) -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array(joinPath(folder, "tessera-XXXXXX").utf8CString)
        let descriptor = systemCreateTemporary(&name)
        guard descriptor >= 0 else {
            let cause = systemCause("cannot be kept in a temporary file in \(folder)", errno)
            throw FileError(.unreadable, path: path, cause: cause)
        }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func copyAll(
        from descriptor: Int32, to output: consuming OutputFile, path: String
    ) throws(FileError) {
        try forEachChunk(of: descriptor, path: path) { chunk throws(FileError) in try output.write(chunk) }
    }
}
