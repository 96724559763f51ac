internal import TesseraFiles

/// Where the lines of results go: standard output, or a file that holds those of an earlier run, behind which this one goes on.
struct ItemOutput {
    /// Whether a line of an earlier run says why its input failed.
    private(set) var holdsErrors = false
    private let file: LineFile?
    /// Open as long as the other: to close it would end the other's lock, since locks are a process's.
    private let readable: InputFile?
    /// The lines of the earlier run; nil once they are passed.
    private var earlier: LineReader?
    private var lineNumber = 0

    /// - Parameter path: of the file; nil for standard output.
    /// - Throws: `FileError` when the file cannot be opened, or another program is writing it.
    init(_ path: String?) throws(FileError) {
        file = try path.map { path throws(FileError) in try LineFile(path) }
        readable = try file.map { file throws(FileError) in try InputFile(file.path) }
        earlier = readable.map { LineReader($0) }
    }

    /// Whether the earlier run has done an input. A line that was torn when that run ended is cut off, and done again.
    ///
    /// - Parameter carried: what the input's line begins with.
    /// - Throws: `FileError` when the earlier run's line is of another input.
    mutating func hasLine(beginningWith carried: Carried) throws(FileError) -> Bool {
        guard let file, let line = try nextEarlier(file) else { return false }
        guard carried.begin(line.bytes) else {
            throw FileError(
                .badData, path: file.path, cause: "is of other inputs: it cannot be gone on with",
                place: "line \(lineNumber)")
        }
        return true
    }

    func append(_ line: [UInt8]) throws {
        guard let file else { return try StandardOutput.write(line + [UInt8(ascii: "\n")]) }
        try file.append(line)
    }

    /// Waits until all lines have reached the disk.
    ///
    /// - Throws: `FileError` also when the earlier run has lines behind the last input's.
    mutating func finish() throws(FileError) {
        guard let file else { return }
        guard try nextEarlier(file) == nil else {
            let cause = "holds results of more inputs than there are"
            throw FileError(.badData, path: file.path, cause: cause, place: "line \(lineNumber)")
        }
        try file.synchronize()
    }

    private mutating func nextEarlier(_ file: LineFile) throws(FileError) -> LineReader.Line? {
        guard let reader = earlier, let line = try reader.next() else {
            earlier = nil
            return nil
        }
        lineNumber += 1
        if line.isWhole, let object = try? JSONObject(bytes: line.bytes, path: file.path) {
            holdsErrors = holdsErrors || object.contains(ItemResult.errorName)
            return line
        }
        // After a crash of the machine a file may end with bytes that were never written, and a line feed.
        guard try reader.next() == nil else {
            throw FileError(
                .badData, path: file.path, cause: "holds something else than results", place: "line \(lineNumber)")
        }
        try file.cut(to: line.offset)
        earlier = nil
        return nil
    }
}
