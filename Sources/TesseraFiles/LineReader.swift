#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The lines of a file or of standard input, one after the other in bounded memory.
package final class LineReader {
    /// A line without its end.
    package struct Line {
        package let bytes: [UInt8]
        /// Where it begins in the file.
        package let offset: Int
        /// Whether a line feed follows; the last line of a file may lack it.
        package let isWhole: Bool
    }

    /// A line that carries a picture or a recording is long, but it has to fit into memory.
    package static let longest = 256 << 20
    private let longest: Int
    private static let lineFeed = UInt8(ascii: "\n")

    private let path: String
    private let file: InputFile?
    private var buffer: [UInt8] = []
    /// What of the buffer was handed out, and how far no line feed is.
    private var start = 0, searched = 0
    /// Where the buffer begins.
    private var offset = 0
    private var isAtEnd = false

    /// The lines of an open file.
    ///
    /// - Parameter longest: the most bytes of a line.
    package init(_ file: InputFile, longest: Int = longest) {
        (self.file, path, self.longest) = (file, file.path, longest)
    }

    /// The lines of standard input, as they come.
    package init() { (file, path, longest) = (nil, "standard input", LineReader.longest) }

    /// The next line; nil behind the last.
    ///
    /// - Throws: `FileError` when reading fails, or a line is longer than `longest`.
    package func next() throws(FileError) -> Line? {
        while true {
            if let end = buffer[searched...].firstIndex(of: LineReader.lineFeed) {
                return take(upTo: end, isWhole: true)
            }
            searched = buffer.count
            guard !isAtEnd else { return start < buffer.count ? take(upTo: buffer.count, isWhole: false) : nil }
            guard buffer.count - start <= longest else {
                throw FileError(.badData, path: path, cause: "holds a line of more than \(longest) bytes")
            }
            try fill()
        }
    }

    /// Whether the next line need not be waited for: it has come, in part at least, or none will.
    package var isReady: Bool {
        guard file == nil, !isAtEnd, !buffer[searched...].contains(LineReader.lineFeed) else { return true }
        var status = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&status, 1, 0) != 0
    }

    private func take(upTo end: Int, isWhole: Bool) -> Line {
        let line = Line(bytes: Array(buffer[start..<end]), offset: offset + start, isWhole: isWhole)
        start = isWhole ? end + 1 : end
        searched = start
        return line
    }

    private func fill() throws(FileError) {
        buffer.removeFirst(start)
        offset += start
        searched -= start
        start = 0
        let chunk = try nextChunk()
        isAtEnd = chunk.isEmpty
        buffer += chunk
    }

    private func nextChunk() throws(FileError) -> [UInt8] {
        guard let file else { return try InputFile.nextBytes(of: STDIN_FILENO, path: path) }
        let read = offset + buffer.count
        return try file.bytes(at: read, count: min(1 << 18, max(0, file.byteCount - read)))
    }
}
