internal import TesseraFiles

/// Reads the records of a CSV file (RFC 4180), block by block, with the place of every cell.
///
/// Lines end with CR LF, LF or CR; the last need not. Cells in quotation marks may hold separators, line ends, and quotation
/// marks that are doubled. Lines without a single byte are no records. A mark of UTF-8 at the start is skipped, and a line
/// `sep=;` that says what stands between cells is obeyed.
///
/// (SwiftCSV, the library there is for it, holds the file as a String, knows no lines in its errors, and accepts ragged rows and
/// quotation marks that are never closed.)
struct CSVReader {
    let path: String
    /// What stands between cells: a comma, a semicolon, a tab or a bar, whichever the first line declares or has most of.
    let separator: UInt8
    /// The cells' bytes, one cell after the other, without their quotation marks.
    private var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`.
    private var ends: [Int] = []
    /// The line on which the record begins, from 1.
    private(set) var recordLine = 1

    private let file: InputFile
    private var block: [UInt8] = []
    private var position = 0
    private var nextBlock = 0
    private var line = 1

    /// A record with more bytes or cells is refused.
    static let recordLimit = 64 << 20
    static let cellLimit = 100_000
    private static let blockSize = 1 << 20

    /// - Throws: `FileError.badData` when the file is empty, or plainly not text.
    init(_ file: InputFile) throws(FileError) {
        (self.file, path) = (file, file.path)
        block = try file.bytes(at: 0, count: min(file.byteCount, CSVReader.blockSize))
        nextBlock = block.count
        if block.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        guard position < block.count else { throw FileError(.badData, path: file.path, cause: "is empty") }
        if let cause = CSVReader.foreignFormat(block) { throw FileError(.badData, path: file.path, cause: cause) }
        let declared = CSVReader.declaredSeparator(block[position...])
        let usual = CSVReader.separator(block[position...])
        separator = declared?.separator ?? usual
        position += declared?.byteCount ?? 0
    }

    var cellCount: Int { ends.count }

    subscript(cell: Int) -> ArraySlice<UInt8> { bytes[(cell == 0 ? 0 : ends[cell - 1])..<ends[cell]] }

    /// An error about the record: `line 7, column 2`; or about the whole of it, `line 7`.
    func error(_ cause: String, cell: Int? = nil) -> FileError {
        guard let cell else { return FileError(.badData, path: path, cause: cause, place: "line \(recordLine)") }
        let start = cell == 0 ? 0 : ends[cell - 1]
        // Line ends inside quotation marks count, too.
        let before = bytes[..<start]
        let returns = before.indices.count {
            before[$0] == .carriageReturn && ($0 + 1 == bytes.count || bytes[$0 + 1] != .lineFeed)
        }
        let line = recordLine + before.count { $0 == .lineFeed } + returns
        return FileError(.badData, path: path, cause: cause, place: "line \(line), column \(cell + 1)")
    }

    /// Reads the next record.
    ///
    /// - Returns: Whether there is one.
    /// - Throws: `FileError` when reading fails, the record is malformed or too large.
    mutating func next() throws(FileError) -> Bool {
        while let byte = try peek(), byte == .lineFeed || byte == .carriageReturn { try endLine() }
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        recordLine = line
        guard try peek() != nil else { return false }
        while true {
            if try peek() == .quotationMark { try quotedCell() } else { try plainCell() }
            ends.append(bytes.count)
            guard ends.count <= CSVReader.cellLimit else { throw error("has more than \(CSVReader.cellLimit) columns") }
            guard let byte = try peek() else { return true }
            if byte == separator {
                position += 1
            } else {
                try endLine()
                return true
            }
        }
    }

    /// Up to a separator or the end of the line, which are left.
    private mutating func plainCell() throws(FileError) {
        while try peek() != nil {
            let rest = block[position...]
            let stop = rest.firstIndex { $0 == separator || $0 < 0x20 && $0 != .tab || $0 == .quotationMark }
            try append(rest[..<(stop ?? rest.endIndex)])
            guard let stop else { continue }
            if block[stop] == separator || block[stop] == .lineFeed || block[stop] == .carriageReturn { return }
            throw fault(
                block[stop] == .quotationMark
                    ? "has a quotation mark inside a cell that does not begin with one"
                    : "is not text: it holds the byte \(block[stop])")
        }
    }

    /// Up to what follows the closing quotation mark.
    private mutating func quotedCell() throws(FileError) {
        let cell = ends.count
        position += 1
        while try peek() != nil {
            let rest = block[position...]
            let stop = rest.firstIndex { $0 == .quotationMark || $0 == .lineFeed || $0 == .carriageReturn || $0 == 0 }
            try append(rest[..<(stop ?? rest.endIndex)])
            guard let stop else { continue }
            switch block[stop] {
            case .quotationMark:
                position += 1
                switch try peek() {
                case UInt8.quotationMark?:
                    try append(block[position...position])
                case nil, separator?, UInt8.lineFeed?, UInt8.carriageReturn?: return
                default: throw fault("has text behind the closing quotation mark of a cell")
                }
            case 0: throw fault("is not text: it holds the byte 0")
            default: try appendLineEnd()
            }
        }
        ends.append(bytes.count)
        throw error("has a quotation mark that is never closed", cell: cell)
    }

    /// An error about the cell that is being read.
    private func fault(_ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "line \(line), column \(ends.count + 1)")
    }

    private mutating func append(_ piece: ArraySlice<UInt8>) throws(FileError) {
        guard bytes.count + piece.count <= CSVReader.recordLimit else {
            throw error("has a row of more than \(CSVReader.recordLimit) bytes")
        }
        bytes += piece
        position += piece.count
    }

    private mutating func appendLineEnd() throws(FileError) {
        let isReturn = block[position] == .carriageReturn
        try append(block[position...position])
        if isReturn, try peek() == .lineFeed { try append(block[position...position]) }
        line += 1
    }

    private mutating func endLine() throws(FileError) {
        let isReturn = block[position] == .carriageReturn
        position += 1
        if isReturn, try peek() == .lineFeed { position += 1 }
        line += 1
    }

    /// The next byte, nil at the end of the file.
    private mutating func peek() throws(FileError) -> UInt8? {
        if position == block.count {
            guard nextBlock < file.byteCount else { return nil }
            block = try file.bytes(at: nextBlock, count: min(file.byteCount - nextBlock, CSVReader.blockSize))
            nextBlock += block.count
            position = 0
        }
        return block[position]
    }
}
