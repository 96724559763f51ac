/// Where a tensor lies in a safetensors file.
struct SafetensorsEntry: Sendable {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// Relative to the end of the header.
    let bytes: Range<Int>
}

/// The table of contents of a safetensors file, checked against the format's specification
/// (https://github.com/huggingface/safetensors#format): every byte after the header belongs to exactly one tensor.
struct SafetensorsHeader {
    static let byteLimit = 100_000_000
    static let rankLimit = 64

    /// In the order of the header.
    private(set) var entries: [SafetensorsEntry] = []
    private(set) var metadata: [(String, String)] = []
    private let path: String

    /// - Parameters:
    ///   - bytes: The header, without its length.
    ///   - dataCount: The number of bytes after it.
    init(_ bytes: [UInt8], dataCount: Int, path: String) throws(FileError) {
        self.path = path
        var scanner = try JSONScanner(bytes, path: path)
        try scanner.members { scanner, name throws(FileError) in
            if name == "__metadata__" {
                try scanner.members { scanner, key throws(FileError) in metadata.append((key, try scanner.string())) }
            } else {
                entries.append(try entry(name, &scanner))
            }
        }
        try scanner.end()
        try checkLayout(dataCount)
    }

    private func error(_ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "tensor \(name.quoted)")
    }

    private func entry(_ name: String, _ scanner: inout JSONScanner) throws(FileError) -> SafetensorsEntry {
        var type: ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.members { scanner, field throws(FileError) in
            switch field {
            case "dtype":
                let text = try scanner.string()
                type = ElementType(rawValue: text)
                if type == nil { throw error(name, "has the element type \(text.quoted), which cannot be read") }
            case "shape": shape = try sizes("shape", name, &scanner)
            case "data_offsets": offsets = try sizes("data_offsets", name, &scanner)
            default: _ = try scanner.value()
            }
        }
        guard let type else { throw error(name, "has no dtype") }
        guard let shape else { throw error(name, "has no shape") }
        guard let offsets else { throw error(name, "has no data_offsets") }
        return try entry(name, type, shape, offsets)
    }

    /// A list of whole numbers from 0 on.
    private func sizes(
        _ field: String, _ name: String, _ scanner: inout JSONScanner
    ) throws(FileError) -> [Int] {
        var sizes: [Int] = []
        try scanner.elements { scanner throws(FileError) in
            let number: JSONNumber
            do throws(FileError) { number = try scanner.number() } catch {
                throw self.error(name, "has something other than numbers in its \(field)")
            }
            guard case .integer(let value) = number, value >= 0, let size = Int(exactly: value) else {
                throw error(name, "has \(number) in its \(field), where a size belongs")
            }
            guard sizes.count < SafetensorsHeader.rankLimit else {
                throw error(name, "has more than \(SafetensorsHeader.rankLimit) dimensions")
            }
            sizes.append(size)
        }
        return sizes
    }

    private func entry(
        _ name: String, _ type: ElementType, _ shape: [Int], _ offsets: [Int]
    ) throws(FileError) -> SafetensorsEntry {
        // Zeros are left out of the check so that no order of the factors can overflow later.
        var size = type.byteCount
        for dimension in shape where dimension > 0 {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw error(name, "has a shape whose size overflows: \(shape)") }
            size = product
        }
        if shape.contains(0) { size = 0 }
        guard offsets.count == 2 else { throw error(name, "has \(offsets.count) data_offsets instead of 2") }
        guard offsets[0] <= offsets[1] else {
            throw error(name, "has data that ends at byte \(offsets[1]), before it begins at \(offsets[0])")
        }
        guard offsets[1] - offsets[0] == size else {
            let given = offsets[1] - offsets[0]
            throw error(name, "has \(given) bytes of data, but \(type.rawValue) \(shape) takes \(size)")
        }
        return SafetensorsEntry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
    }

    /// Checks that the tensors fill the data without overlap or hole.
    private func checkLayout(_ dataCount: Int) throws(FileError) {
        var end = 0
        var previous: SafetensorsEntry?
        let sorted = entries.sorted {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        for entry in sorted {
            if entry.bytes.lowerBound < end, let previous {
                throw error(entry.name, "overlaps tensor \(previous.name.quoted)")
            }
            guard entry.bytes.lowerBound == end else {
                let start = entry.bytes.lowerBound
                throw error(entry.name, "begins at byte \(start) of the data, leaving a hole from \(end) on")
            }
            guard entry.bytes.upperBound <= dataCount else {
                let missing = entry.bytes.upperBound - dataCount
                throw error(entry.name, "ends \(missing) bytes after the end of the file, which may have been cut")
            }
            end = entry.bytes.upperBound
            previous = entry
        }
        guard end == dataCount else {
            let place = previous.map { "after tensor \($0.name.quoted)" }
            let cause = "has \(dataCount - end) bytes that belong to no tensor"
            throw FileError(.badData, path: path, cause: cause, place: place)
        }
    }
}
