/// How a part of a text becomes tokens of the vocabulary.
protocol PieceModel: Sendable {
    /// Appends the tokens of `text[part]`, well-formed UTF-8.
    func append(_ text: [UInt8], _ part: Range<Int>, to found: inout FoundPieces)
}

/// Tokens, and where the bytes of each lie.
struct FoundPieces {
    var ids: [Int32] = []
    var places: [Range<Int>] = []
    /// The tokens of a word that are being merged, and their lengths, kept for their memory.
    var word: [Int32] = []
    var lengths: [Int32] = []

    mutating func append(_ id: Int32, _ place: Range<Int>) {
        ids.append(id)
        places.append(place)
    }

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }
}
