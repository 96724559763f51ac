extension SplitMix {
    /// What is written over lengths, counts and offsets: the ends of what numbers of 8 to 64 bits can say, and what is beside them.
    private static let numbers: [UInt64] = [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x1_0000_0000, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 1, .max,
    ]

    /// The bytes with one to four damages of the kinds that files come with: bits that flip, other bytes, numbers that lie, pieces
    /// that are missing, doubled, exchanged or foreign.
    ///
    /// - Parameter words: of a format that is text, what may stand where something else should.
    public mutating func damaged(_ bytes: [UInt8], words: [String] = []) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            if bytes.isEmpty { bytes = [0] }
            damageOnce(&bytes, words)
        }
        return bytes
    }

    private mutating func damageOnce(_ bytes: inout [UInt8], _ words: [String]) {
        let place = place(in: bytes)
        switch Int.random(in: 0..<(words.isEmpty ? 7 : 10), using: &self) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &self)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &self)
        case 2: overwriteNumber(&bytes, place)
        case 3: bytes.removeSubrange(place..<end(of: bytes, from: place))
        case 4: bytes.insert(contentsOf: bytes[place..<end(of: bytes, from: place)], at: self.place(in: bytes))
        case 5: exchange(&bytes, place)
        case 6:
            let count = Int.random(in: 1...16, using: &self)
            bytes.insert(contentsOf: (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }, at: place)
        default: replaceWord(&bytes, place, by: words.randomElement(using: &self)!)
        }
    }

    /// Half of the damage is done to the beginning, where headers are.
    private mutating func place(in bytes: [UInt8]) -> Int {
        let isInHeader = Bool.random(using: &self)
        return Int.random(in: 0..<(isInHeader ? min(128, bytes.count) : bytes.count), using: &self)
    }

    private mutating func end(of bytes: [UInt8], from place: Int) -> Int {
        let longest = Bool.random(using: &self) ? 8 : 512
        return min(bytes.count, place + Int.random(in: 1...longest, using: &self))
    }

    private mutating func overwriteNumber(_ bytes: inout [UInt8], _ place: Int) {
        let count = min([1, 2, 4, 8].randomElement(using: &self)!, bytes.count - place)
        let number = Self.numbers.randomElement(using: &self)!
        let isBigEndian = Bool.random(using: &self)
        for index in 0..<count {
            let shift = 8 * UInt64(isBigEndian ? count - 1 - index : index)
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> shift)
        }
    }

    private mutating func exchange(_ bytes: inout [UInt8], _ place: Int) {
        let other = self.place(in: bytes)
        let count = min(Int.random(in: 1...32, using: &self), bytes.count - max(place, other))
        for index in 0..<count { bytes.swapAt(place + index, other + index) }
    }

    /// Puts a word in the place of one: what is between signs that end words in JSON and CSV.
    private mutating func replaceWord(_ bytes: inout [UInt8], _ place: Int, by word: String) {
        let ends = Set(",:;{}[]\n\t ".utf8)
        let end = bytes[place...].firstIndex(where: ends.contains) ?? bytes.count
        let start = bytes[..<end].lastIndex(where: ends.contains).map { $0 + 1 } ?? 0
        bytes.replaceSubrange(start..<end, with: word.utf8)
    }
}
