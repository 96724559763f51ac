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
    /// The same for the first two bytes, where there are many strings.
    private let pairStarts: [Int32]
    private static let pairedCount = 2048

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
        guard sorted.count >= Self.pairedCount else {
            pairStarts = []
            return
        }
        var pairStarts = [Int32](repeating: Int32(sorted.count), count: 1 << 16)
        for (index, string) in sorted.enumerated().reversed() where string.place.count > 1 {
            let start = string.place.lowerBound
            pairStarts[Int(bytes[start]) << 8 | Int(bytes[start + 1])] = Int32(index)
        }
        for pair in (0..<pairStarts.count - 1).reversed() where pairStarts[pair] == sorted.count {
            pairStarts[pair] = pairStarts[pair + 1]
        }
        self.pairStarts = pairStarts
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
    @inline(__always)
    func forEachPrefix(
        of text: UnsafeBufferPointer<UInt8>, at position: Int, end: Int,
        _ body: (_ number: Int32, _ length: Int) -> Void
    ) {
        guard position < end else { return }
        let first = Int(text[position])
        guard starts[first] < starts[first + 1] else { return }
        bytes.withUnsafeBufferPointer { bytes in
            places.withUnsafeBufferPointer { places in
                var candidates = Candidates(bytes, places, starts[first]..<starts[first + 1])
                var length = 1
                if !pairStarts.isEmpty, position + 1 < end {
                    if places[starts[first]].count == 1 { body(numbers[starts[first]], 1) }
                    let pair = first << 8 | Int(text[position + 1])
                    // Behind the last pair of a byte stands the next byte alone.
                    let upper =
                        pair & 0xFF == 0xFF ? starts[first + 1] : min(Int(pairStarts[pair + 1]), starts[first + 1])
                    candidates = Candidates(bytes, places, Int(pairStarts[pair])..<max(Int(pairStarts[pair]), upper))
                    length = 2
                }
                while !candidates.range.isEmpty {
                    // Of all strings with these first bytes, the one that ends here sorts first.
                    let lower = candidates.range.lowerBound
                    if places[lower].count == length { body(numbers[lower], length) }
                    guard position + length < end else { return }
                    candidates.narrow(at: length, to: text[position + length])
                    length += 1
                }
            }
        }
    }

    /// The longest string that `text[position..<end]` begins with.
    func longestPrefix(of text: [UInt8], at position: Int, end: Int) -> (number: Int32, length: Int)? {
        guard position < end, starts[Int(text[position])] < starts[Int(text[position]) + 1] else { return nil }
        var longest: (Int32, Int)?
        text.withUnsafeBufferPointer { text in
            forEachPrefix(of: text, at: position, end: end) { longest = ($0, $1) }
        }
        return longest
    }
}

/// The strings that agree with a text so far.
private struct Candidates {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let places: UnsafeBufferPointer<Range<Int32>>
    private(set) var range: Range<Int>

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ places: UnsafeBufferPointer<Range<Int32>>, _ range: Range<Int>) {
        (self.bytes, self.places, self.range) = (bytes, places, range)
    }

    /// Leaves those whose byte at `offset` is `byte`. Often those are all, or few.
    mutating func narrow(at offset: Int, to byte: UInt8) {
        let byte = Int(byte)
        var lower = range.lowerBound
        if self.byte(lower, offset) < byte { lower = firstIndex(lower + 1..<range.upperBound, offset, atLeast: byte) }
        guard lower < range.upperBound, self.byte(lower, offset) == byte else {
            range = lower..<lower
            return
        }
        if self.byte(range.upperBound - 1, offset) == byte {
            range = lower..<range.upperBound
            return
        }
        var (step, upper) = (1, lower + 1)
        while upper < range.upperBound, self.byte(upper, offset) == byte {
            step *= 2
            upper += step
        }
        upper = min(upper, range.upperBound)
        range = lower..<firstIndex(max(lower + 1, upper - step)..<upper, offset, atLeast: byte + 1)
    }

    /// A string that has ended comes before all bytes.
    private func byte(_ index: Int, _ offset: Int) -> Int {
        let place = places[index]
        return place.count > offset ? Int(bytes[Int(place.lowerBound) + offset]) : -1
    }

    private func firstIndex(_ range: Range<Int>, _ offset: Int, atLeast byte: Int) -> Int {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper {
            let middle = (lower + upper) / 2
            if self.byte(middle, offset) >= byte { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
