internal import TesseraFiles

/// The normalisation that a SentencePiece model carries (`precompiled_charsmap`): sequences of bytes and what replaces
/// them, such as NFKC with nmt's own rules for space.
///
/// The sequences form a double-array trie as darts-clone lays it out: each unit of 32 bits holds the byte that leads to
/// it, whether a sequence ends there, and the offset to those that follow. Behind the trie stand the replacements, each
/// ended by a zero.
struct CharacterMap: Sendable {
    /// The most bytes of a sequence and of a replacement. NFKC's longest are 30 and 33.
    static let lengthLimit = 256

    private let units: [UInt32]
    private let replacements: [UInt8]
    /// For each character of ASCII, whether a sequence begins with it.
    let mapsASCII: [Bool]

    /// - Parameters:
    ///   - bytes: The map: the size of the trie in bytes, the trie, the replacements.
    ///   - path: The file, for errors.
    /// - Throws: `FileError.badData` when sizes contradict each other or a replacement has no end.
    init(_ bytes: ArraySlice<UInt8>, path: String) throws(FileError) {
        func number(at offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[bytes.startIndex + offset + $1]) << UInt32(8 * $1) }
        }
        func refuse(_ what: String) -> FileError {
            FileError(.badData, path: path, cause: "has a damaged character map: \(what)")
        }
        guard bytes.count > 4 else { throw refuse("it is cut") }
        let size = Int(number(at: 0))
        guard size >= 4, size % 4 == 0, size < bytes.count - 4 else {
            throw refuse("its trie has \(size) bytes of \(bytes.count)")
        }
        units = (0..<size / 4).map { number(at: 4 + 4 * $0) }
        replacements = Array(bytes.dropFirst(4 + size))
        guard replacements.last == 0, replacements.split(separator: 0).allSatisfy({ $0.count <= Self.lengthLimit })
        else { throw refuse("a replacement does not end") }
        guard firstInvalidUTF8(in: replacements) == nil else { throw refuse("a replacement is not UTF-8") }
        let (root, units) = (Self.offset(units[0]), units)
        mapsASCII = (0..<128).map { byte in
            let place = root ^ byte
            return place < units.count && units[place] & 0x8000_00FF == UInt32(byte)
        }
    }

    /// The longest sequence that `text` has at `position`, and what replaces it; `nil` when none is there.
    ///
    /// - Parameters:
    ///   - end: where the sequence must have ended.
    ///   - isShortest: whether the shortest is meant instead.
    func replacement(
        in text: [UInt8], at position: Int, end: Int, isShortest: Bool = false
    ) -> (length: Int, bytes: ArraySlice<UInt8>)? {
        var longest: (length: Int, value: Int)?
        var place = Self.offset(units[0])
        for (index, byte) in text[position..<end].prefix(Self.lengthLimit).enumerated() {
            if isShortest, longest != nil { break }
            place ^= Int(byte)
            guard place < units.count, units[place] & 0x8000_00FF == UInt32(byte) else { break }
            let unit = units[place]
            place ^= Self.offset(unit)
            // The unit behind a sequence that ends here holds where its replacement begins.
            if unit >> 8 & 1 == 1, place < units.count { longest = (index + 1, Int(units[place] & 0x7FFF_FFFF)) }
        }
        // A map that cut a character in two, in the text or of a replacement, would make text that is not UTF-8.
        func beginsCharacter(_ bytes: [UInt8], _ position: Int) -> Bool { bytes[position] & 0xC0 != 0x80 }
        guard let (length, start) = longest, start < replacements.count, beginsCharacter(replacements, start),
            position + length == text.count || beginsCharacter(text, position + length)
        else { return nil }
        return (length, replacements[start...].prefix { $0 != 0 })
    }

    private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
}
