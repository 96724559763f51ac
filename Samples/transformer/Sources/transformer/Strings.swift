import TesseraLayers
import TesseraTraining

/// Strings of 1 to 12 letters, as lists of token ids: 2 to 27 are the letters a to z, 0 comes before a string, 1 behind it.
struct Strings: TrainingBatch, TrainingData {
    var ids: [[Int32]]

    init(_ ids: [[Int32]]) { self.ids = ids }

    init(_ texts: [String]) { ids = texts.map { $0.utf8.map { Int32($0) - 95 } } }

    /// So many strings by chance, all lengths alike often, that are not among `known`.
    init(_ count: Int, seed: UInt64, unlike known: Set<[Int32]> = []) {
        var random = RandomGenerator(seed: seed)
        ids = []
        while ids.count < count {
            let length = Int.random(in: 1...12, using: &random)
            let string = (0..<length).map { _ in Int32.random(in: 2...27, using: &random) }
            if !known.contains(string) { ids.append(string) }
        }
    }

    // What a training asks for: how many there are, some of them for a step, and a core's part of those.
    var count: Int { ids.count }
    var sampleCount: Int { ids.count }
    func batch(_ samples: [Int], epoch: Int) -> Strings { Strings(samples.map { ids[$0] }) }
    func samples(_ range: Range<Int>) -> Strings { Strings(Array(ids[range])) }

    // Strings that pass the model together are filled up to the longest. All of these are `[batch * tokens]`.
    /// What the encoder reads.
    var source: [Int32] { filled(ids, to: length, with: 1) }
    /// What the decoder is given: the start, and all that it has to write (teacher forcing).
    var prefixes: [Int32] { filled(ids.map { [0] + $0.reversed() }, to: length + 1, with: 1) }
    /// What it has to write at each place, up to the end; behind it, -1 counts for nothing.
    var labels: [Int32] { filled(ids.map { $0.reversed() + [1] }, to: length + 1, with: -1) }

    /// Where in `source` a letter stands, for the masks of attention, `[batch][tokens]`
    var isLetter: [[Bool]] { ids.map { string in (0..<length).map { $0 < string.count } } }

    /// Of the longest string.
    var length: Int { ids.map(\.count).max() ?? 0 }

    private func filled(_ rows: [[Int32]], to length: Int, with id: Int32) -> [Int32] {
        rows.flatMap { $0 + Array(repeating: id, count: length - $0.count) }
    }
}

/// The letters of a string of token ids.
func text(_ ids: [Int32]) -> String { String(decoding: ids.map { UInt8($0 + 95) }, as: UTF8.self) }
