/// A set of byte strings, asked which of them begin at a place in a text.
///
/// The strings lie sorted; walking along the text narrows the range of those that agree with it so far. That takes less
/// memory than a tree of characters, whose size a hostile file could choose.
struct PrefixIndex: Sendable {
    /// Longer strings are for the caller to refuse: a walk along a text takes at most so many steps at each place.
    static let lengthLimit = 1024

    private let bytes: [UInt8]
    /// Where each string lies in `bytes`, sorted by the strings.
    private let places: [Range<Int32>]
    /// The strings' numbers as the caller knows them, in the order of `places`.
    private let numbers: [Int32]
    /// Where the strings begin whose first byte is at least the index.
    private let starts: [Int]

    /// - Parameters:
    ///   - bytes: What the strings lie in.
    ///   - strings: Where each lies in `bytes`, and its number. Empty ones are left out; of equal ones, any may be found.
    init(in bytes: [UInt8], _ strings: [(place: Range<Int>, number: Int)]) {
        let sorted = bytes.withUnsafeBufferPointer { bytes in
            strings.filter { !$0.place.isEmpty }.sorted {
                bytes[$0.place].lexicographicallyPrecedes(bytes[$1.place])
            }
        }
        self.bytes = bytes
        places = sorted.map { Int32($0.place.lowerBound)..<Int32($0.place.upperBound) }
        numbers = sorted.map { Int32($0.number) }
        var starts = [Int](repeating: sorted.count, count: 257)
        for (index, string) in sorted.enumerated().reversed() { starts[Int(bytes[string.place.lowerBound])] = index }
        for byte in (0..<256).reversed() where starts[byte] == sorted.count { starts[byte] = starts[byte + 1] }
        self.starts = starts
    }

    /// A set of separate strings, numbered as they come.
    init(_ strings: [[UInt8]]) {
        var place = 0..<0
        self.init(
            in: Array(strings.joined()),
            strings.enumerated().map { number, string in
                place = place.upperBound..<place.upperBound + string.count
                return (place, number)
            })
    }

    /// Calls `body` with the number and length of each string that `text[position..<end]` begins with, shortest first.
    func forEachPrefix(of text: [UInt8], at position: Int, end: Int, _ body: (_ number: Int32, _ length: Int) -> Void) {
        guard position < end else { return }
        let first = Int(text[position])
        var candidates = starts[first]..<starts[first + 1]
        var length = 1
        while !candidates.isEmpty {
            // Of all strings with these first bytes, the one that ends here sorts first.
            if places[candidates.lowerBound].count == length { body(numbers[candidates.lowerBound], length) }
            guard position + length < end else { return }
            let byte = Int(text[position + length])
            let lower = firstIndex(in: candidates, byteAt: length, atLeast: byte)
            candidates = lower..<firstIndex(in: lower..<candidates.upperBound, byteAt: length, atLeast: byte + 1)
            length += 1
        }
    }

    /// The longest string that `text[position..<end]` begins with.
    func longestPrefix(of text: [UInt8], at position: Int, end: Int) -> (number: Int32, length: Int)? {
        var longest: (Int32, Int)?
        forEachPrefix(of: text, at: position, end: end) { longest = ($0, $1) }
        return longest
    }

    /// The first of `candidates`, which agree up to `offset`, whose byte there is at least `byte`; a string that has ended
    /// comes before all bytes.
    private func firstIndex(in candidates: Range<Int>, byteAt offset: Int, atLeast byte: Int) -> Int {
        var (lower, upper) = (candidates.lowerBound, candidates.upperBound)
        while lower < upper {
            let middle = (lower + upper) / 2
            let place = places[middle]
            if place.count > offset && Int(bytes[Int(place.lowerBound) + offset]) >= byte {
                upper = middle
            } else {
                lower = middle + 1
            }
        }
        return lower
    }
}
