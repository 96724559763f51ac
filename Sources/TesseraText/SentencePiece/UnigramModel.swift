internal import TesseraFiles

/// The pieces of a SentencePiece unigram model and their log-probabilities (Kudo 2018): cuts text into the pieces whose
/// scores add up highest, found by Viterbi's algorithm.
struct UnigramModel: Sendable {
    /// How much less than the rarest piece an unknown character scores.
    private static let unknownPenalty = 10.0

    let pieces: [SentencePieceFile.Piece]
    let unknownID: Int
    private let bytes: [UInt8]
    /// The pieces that text is cut into.
    private let index: PrefixIndex
    private let all: PrefixIndex
    private let lowestScore: Double
    private let highestScore: Double
    private let isSentencePiece: Bool
    /// The piece of each byte, when the model falls back to bytes for what it does not know.
    private var bytePieces: [Int]?

    init(_ file: SentencePieceFile) throws(FileError) {
        self.init(
            file.bytes, file.pieces, unknownID: file.pieces.firstIndex { $0.kind == .unknown } ?? 0,
            isSentencePiece: true)
        bytePieces = file.fallsBackToBytes ? try Self.bytePieces(file) : nil
        for id in pieces.indices where self.id(of: self[id]) != id {
            let piece = String(decoding: self[id], as: UTF8.self).quoted
            throw file.refusal("has the piece \(piece) twice")
        }
    }

    /// A model of `tokenizers`, which has no pieces of kinds: it falls back to bytes where it has all that it needs.
    init(_ bytes: [UInt8], _ pieces: [SentencePieceFile.Piece], unknownID: Int, fallsBackToBytes: Bool) {
        self.init(bytes, pieces, unknownID: unknownID, isSentencePiece: false)
        guard fallsBackToBytes else { return }
        bytePieces = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return id(of: Array("<0x\(digits.count == 1 ? "0" : "")\(digits)>".utf8)[...]) ?? -1
        }
    }

    private init(_ bytes: [UInt8], _ pieces: [SentencePieceFile.Piece], unknownID: Int, isSentencePiece: Bool) {
        (self.bytes, self.pieces, self.unknownID, self.isSentencePiece) = (bytes, pieces, unknownID, isSentencePiece)
        let known: [SentencePieceFile.Kind] = [.normal, .userDefined, .unused]
        index = PrefixIndex(
            in: bytes,
            pieces.enumerated().filter { known.contains($0.element.kind) }.map { ($0.element.place, $0.offset) })
        all = PrefixIndex(in: bytes, pieces.enumerated().map { ($0.element.place, $0.offset) })
        let scores = pieces.filter { $0.kind == .normal }.map(\.score)
        lowestScore = scores.min() ?? 0
        highestScore = scores.max() ?? 0
    }

    /// The characters of a piece, in UTF-8.
    subscript(id: Int) -> ArraySlice<UInt8> { bytes[pieces[id].place] }

    /// The id of the piece of these characters.
    func id(of characters: ArraySlice<UInt8>) -> Int? {
        let characters = Array(characters)
        guard let found = all.longestPrefix(of: characters, at: 0, end: characters.count),
            found.length == characters.count
        else { return nil }
        return Int(found.number)
    }

    /// The pieces of `text`, well-formed UTF-8 in normal form: where each lies in it, and its id. Neighbouring unknown
    /// characters are one piece; where the model falls back to bytes, there is a piece for each of their bytes instead.
    func segment(_ text: [UInt8]) -> [(place: Range<Int>, id: Int)] {
        text.withUnsafeBufferPointer(segment)
    }

    private func segment(_ text: UnsafeBufferPointer<UInt8>) -> [(place: Range<Int>, id: Int)] {
        var result = bestPath(text)
        guard result.contains(where: { $0.id == unknownID }) else { return result }
        let path = result
        result = []
        for (place, id) in path {
            if id == unknownID, isSentencePiece, let bytePieces {
                result += place.map { ($0..<$0 + 1, bytePieces[Int(text[$0])]) }
            } else if id == unknownID, let last = result.last, last.id == unknownID {
                result[result.count - 1].place = last.place.lowerBound..<place.upperBound
            } else {
                result.append((place, id))
            }
        }
        return isSentencePiece ? result : result.flatMap { $0.id == unknownID ? known(text, $0.place) : [$0] }
    }

    /// What `tokenizers` makes of unknown characters when they stand together: a piece that they are after all, their bytes, each of
    /// which stands where all do, or the unknown piece.
    private func known(_ text: UnsafeBufferPointer<UInt8>, _ place: Range<Int>) -> [(place: Range<Int>, id: Int)] {
        if let id = id(of: Array(text[place])[...]) { return [(place, id)] }
        guard let bytePieces, text[place].allSatisfy({ bytePieces[Int($0)] >= 0 }) else { return [(place, unknownID)] }
        return text[place].map { (place, bytePieces[Int($0)]) }
    }

    /// The best way to a place in the text: its score, and the piece that it ends with.
    private struct Step {
        var score = 0.0
        var id: Int32 = -1
        var start: Int32 = -1
    }

    private func bestPath(_ text: UnsafeBufferPointer<UInt8>) -> [(place: Range<Int>, id: Int)] {
        withUnsafeTemporaryAllocation(of: Step.self, capacity: text.count + 1) { steps in
            steps.initialize(repeating: Step())
            find(text, steps)
            var path: [(place: Range<Int>, id: Int)] = []
            var end = text.count
            while end > 0 {
                let step = steps[end]
                path.append((Int(step.start)..<end, Int(step.id)))
                end = Int(step.start)
            }
            path.reverse()
            return path
        }
    }

    /// Finds the best way to each place in the text. Sums are of the reference's precisions, so that ways of nearly the same score
    /// compare as they do there.
    private func find(_ text: UnsafeBufferPointer<UInt8>, _ steps: UnsafeMutableBufferPointer<Step>) {
        @inline(__always)
        func offer(_ id: Int32, _ total: Double, from start: Int, to end: Int) {
            guard steps[end].start < 0 || total > steps[end].score else { return }
            steps[end] = Step(score: rounded(total), id: id, start: Int32(start))
        }
        var position = 0
        while position < text.count {
            let before = steps[position].score
            let characterLength = scalar(in: text, at: position).length
            var hasCharacter = false
            index.forEachPrefix(of: text, at: position, end: text.count) { number, length in
                guard let score = score(Int(number), length) else { return }
                offer(number, score + before, from: position, to: position + length)
                hasCharacter = hasCharacter || length == characterLength
            }
            if !hasCharacter {
                let total = rounded(rounded(lowestScore - Self.unknownPenalty) + before)
                offer(Int32(unknownID), total, from: position, to: position + characterLength)
            }
            position += characterLength
        }
    }

    /// A sum as the reference keeps it.
    private func rounded(_ sum: Double) -> Double { isSentencePiece ? Double(Float(sum)) : sum }

    /// What the piece counts at `length` bytes of text; `nil` for one that is not to be used. A piece that the user
    /// defined counts so much that it is always chosen.
    private func score(_ id: Int, _ length: Int) -> Double? {
        switch pieces[id].kind {
        case .unused: nil
        case .userDefined: rounded(Double(length) * highestScore) - 0.1
        default: pieces[id].score
        }
    }

    /// The pieces `<0x00>` to `<0xFF>`.
    private static func bytePieces(_ file: SentencePieceFile) throws(FileError) -> [Int] {
        var pieces = [Int?](repeating: nil, count: 256)
        for (id, piece) in file.pieces.enumerated() where piece.kind == .byte {
            if let byte = byte(named: file.bytes[piece.place]) { pieces[Int(byte)] = id }
        }
        let found = pieces.compactMap(\.self)
        guard found.count == 256 else { throw file.refusal("has not a piece <0x00> to <0xFF> for each byte") }
        return found
    }

    /// The byte that a piece such as `<0x0A>` stands for.
    static func byte(named name: ArraySlice<UInt8>) -> UInt8? {
        guard name.count == 6, name.starts(with: "<0x".utf8), name.last == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: name.dropFirst(3).dropLast(), as: UTF8.self), radix: 16)
    }
}

extension UnigramModel: PieceModel {
    func append(_ text: [UInt8], _ part: Range<Int>, to found: inout FoundPieces) {
        let start = part.lowerBound
        for (place, id) in text.withUnsafeBufferPointer({ segment(UnsafeBufferPointer(rebasing: $0[part])) }) {
            found.append(Int32(id), start + place.lowerBound..<start + place.upperBound)
        }
    }
}
