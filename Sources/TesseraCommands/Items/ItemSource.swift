package import TesseraFiles

/// The inputs of a part, one after the other.
package struct ItemSource {
    /// An input, or why a line of the manifest names none.
    package struct Entry {
        let carried: Carried
        package let item: Result<Item, FileError>
    }

    private enum Origin {
        case arguments([String])
        case manifest(LineReader, path: String, folder: String?)
    }

    private let origin: Origin
    private let shard: Shard
    private let key: String
    private let results: [String]
    /// Inputs that were passed, also those of other parts, and lines of the manifest.
    private var count = 0, lineNumber = 0

    /// - Parameters:
    ///   - manifest: its path; nil where arguments name the inputs.
    ///   - key: the member of its lines that names the input.
    ///   - results: the names of what is found.
    /// - Throws: `FileError` when the manifest cannot be read.
    package init(
        manifest: String?, arguments: [String], shard: Shard?, key: String, results: [String]
    ) throws(FileError) {
        (self.shard, self.key, self.results) = (shard ?? .whole, key, results)
        if let manifest {
            let reader = try manifest == "-" ? LineReader() : LineReader(InputFile(manifest))
            let path = manifest == "-" ? "standard input" : manifest
            origin = .manifest(reader, path: path, folder: manifest == "-" ? nil : splitPath(manifest).folder)
        } else {
            origin = .arguments(arguments)
        }
    }

    /// Whether the next input need not be waited for.
    var isReady: Bool { if case .manifest(let reader, _, _) = origin { reader.isReady } else { true } }

    /// The next input of the part; nil behind the last.
    package mutating func next() throws(FileError) -> Entry? {
        switch origin {
        case .arguments(let paths):
            while count < paths.count {
                defer { count += 1 }
                guard shard.contains(count) else { continue }
                let item = Item(argument: paths[count], key: key, results: results)
                return Entry(carried: item.carried, item: .success(item))
            }
            return nil
        case .manifest(let reader, let path, let folder):
            while let line = try reader.next() {
                lineNumber += 1
                guard !ItemSource.isBlank(line) else { continue }
                defer { count += 1 }
                if shard.contains(count) { return entry(withoutMark(line.bytes), path, folder) }
            }
            return nil
        }
    }

    /// How many inputs the part has, for whoever watches; nil where that cannot be known before they come.
    package func total() throws(FileError) -> Int? {
        switch origin {
        case .arguments(let paths): return paths.indices.count(where: shard.contains)
        case .manifest(_, _, nil): return nil
        case .manifest(_, let path, _):
            let reader = LineReader(try InputFile(path))
            var number = 0
            while let line = try reader.next() { number += ItemSource.isBlank(line) ? 0 : 1 }
            return max(0, number - shard.index + shard.count - 1) / shard.count
        }
    }

    private static func isBlank(_ line: LineReader.Line) -> Bool { line.bytes.allSatisfy { $0 <= 0x20 } }

    private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        lineNumber == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
    }

    private func entry(_ bytes: [UInt8], _ path: String, _ folder: String?) -> Entry {
        var carried = Carried.nothing
        let item = Result { () throws(FileError) in
            do throws(FileError) {
                let line = try JSONObject(bytes: bytes, path: path)
                carried = Carried(line, key: key, results: results)
                let name = "line \(lineNumber) of \(path)"
                return try Item(line, key: key, name: name, folder: folder, carried: carried)
            } catch {
                throw error.inLine(lineNumber)
            }
        }
        return Entry(carried: carried, item: item)
    }
}
