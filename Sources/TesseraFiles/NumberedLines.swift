/// The lines of a text file with their numbers, counted from 1, without those that hold nothing but spaces and tabs. The mark of UTF-8
/// before the first is left out, and so is a carriage return at the end of each.
package func numberedLines(_ bytes: [UInt8]) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    return lines.compactMap { index, line in
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) ? nil : (index + 1, line)
    }
}
