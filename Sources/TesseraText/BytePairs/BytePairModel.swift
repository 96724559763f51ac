/// Byte-pair encoding (Sennrich et al. 2016) of bytes or of characters, with all that tokenizer.json can ask for.
struct BytePairModel: PieceModel {
    /// What a file can ask for, beyond the vocabulary and the merges.
    struct Rules: Sendable {
        /// Whether the vocabulary spells bytes, each as a character of `ByteAlphabet`.
        var isByteLevel = true
        /// Whether a word that is a token is not put together from its parts.
        var ignoresMerges = false
        /// Whether characters that the vocabulary lacks become their bytes, `<0x0A>`.
        var fallsBackToBytes = false
        /// What stands for what the vocabulary lacks; it vanishes when it is `nil`.
        var unknownID: Int32?
        /// Whether several such characters give one token.
        var fusesUnknown = false
        /// What marks a piece that does not begin a word.
        var continuation: [UInt8] = []
        /// What marks a piece that ends a word, `</w>`.
        var ending: [UInt8] = []
    }

    private let vocabulary: TokenTable
    private let merges: BytePairMerges
    private let rules: Rules
    /// The tokens of single bytes, or of the first characters of Unicode: those within a word, those that begin one, that end one, and
    /// that are one.
    private let singles: [[Int32]]
    /// How many characters have theirs there where nothing is marked. The symbol for a space is among them.
    private static let characterCount = 0x2600
    /// The tokens that stand for bytes where a character is lacking, -1 for those that are not there.
    private let byteIDs: [Int32]

    init(_ vocabulary: TokenTable, _ merges: BytePairMerges, _ rules: Rules) {
        (self.vocabulary, self.merges, self.rules) = (vocabulary, merges, rules)
        if rules.isByteLevel || !rules.continuation.isEmpty || !rules.ending.isEmpty {
            singles = (0..<4).map { kind in
                (0..<(rules.isByteLevel ? 256 : 128)).map { value in
                    let byte = CollectionOfOne(UInt8(value))
                    let spelling = rules.isByteLevel ? ByteAlphabet.spelling(of: byte) : Array(byte)
                    return vocabulary.id(of: rules.marked(spelling[...], kind)[...]) ?? -1
                }
            }
        } else {
            singles = [[Int32]](repeating: Self.characters(of: vocabulary), count: 4)
        }
        byteIDs = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return vocabulary.id(of: "<0x\(digits.count == 1 ? "0" : "")\(digits)>") ?? -1
        }
    }

    /// The ids of the tokens that are one of the first characters of Unicode, -1 for those that are none.
    private static func characters(of vocabulary: TokenTable) -> [Int32] {
        var ids = [Int32](repeating: -1, count: characterCount)
        for id in 0..<vocabulary.idLimit {
            guard let token = vocabulary[id].map(Array.init), !token.isEmpty, token.count <= 3 else { continue }
            let (scalar, length) = scalar(in: token, at: 0)
            if length == token.count, scalar.value < characterCount { ids[Int(scalar.value)] = Int32(id) }
        }
        return ids
    }

    func append(_ text: [UInt8], _ part: Range<Int>, to found: inout FoundPieces) {
        if rules.ignoresMerges, let id = whole(text[part]) { return found.append(id, part) }
        found.word.removeAll(keepingCapacity: true)
        found.lengths.removeAll(keepingCapacity: true)
        collect(text, part, &found.word, &found.lengths)
        merges.apply(to: &found.word, &found.lengths)
        var start = part.lowerBound
        for (id, length) in zip(found.word, found.lengths) {
            found.append(id, start..<start + Int(length))
            start += Int(length)
        }
    }

    private func whole(_ word: ArraySlice<UInt8>) -> Int32? {
        rules.isByteLevel ? vocabulary.id(of: ByteAlphabet.spelling(of: word)[...]) : vocabulary.id(of: word)
    }

    /// The tokens that merging begins with.
    private func collect(_ text: [UInt8], _ part: Range<Int>, _ word: inout [Int32], _ lengths: inout [Int32]) {
        // How many bytes of unknown characters are to become the next token.
        var unknownLength = 0
        func add(_ id: Int32, _ length: Int) {
            word.append(id)
            lengths.append(Int32(length))
        }
        func flush() {
            if unknownLength > 0, let id = rules.unknownID { add(id, unknownLength) }
            unknownLength = 0
        }
        var position = part.lowerBound
        while position < part.upperBound {
            let (scalar, length) = rules.isByteLevel ? ("\0", 1) : scalar(in: text, at: position)
            let kind = (position == part.lowerBound ? 1 : 0) | (position + length == part.upperBound ? 2 : 0)
            let value = rules.isByteLevel ? Int(text[position]) : Int(scalar.value)
            let id =
                value < singles[kind].count ? singles[kind][value] : token(text[position..<position + length], kind)
            if id >= 0 {
                flush()
                add(id, length)
            } else if !fallBack(text[position..<position + length], kind, add), rules.unknownID != nil {
                if !rules.fusesUnknown { flush() }
                unknownLength += length
            }
            position += length
        }
        flush()
    }

    private func token(_ character: ArraySlice<UInt8>, _ kind: Int) -> Int32 {
        vocabulary.id(of: rules.marked(character, kind)[...]) ?? -1
    }

    /// Adds the tokens of a character's bytes, where all of them are there.
    private func fallBack(_ character: ArraySlice<UInt8>, _ kind: Int, _ add: (Int32, Int) -> Void) -> Bool {
        guard rules.fallsBackToBytes else { return false }
        let bytes = rules.marked(character, kind)
        guard bytes.allSatisfy({ byteIDs[Int($0)] >= 0 }) else { return false }
        for byte in bytes { add(byteIDs[Int(byte)], 1) }
        return true
    }
}

extension BytePairModel.Rules {
    /// A character as the vocabulary spells it.
    ///
    /// - Parameter kind: 1 where it begins a word, 2 where it ends one, 3 where it is one.
    fileprivate func marked(_ character: ArraySlice<UInt8>, _ kind: Int) -> [UInt8] {
        (kind & 1 == 0 ? continuation : []) + character + (kind & 2 != 0 ? ending : [])
    }
}
