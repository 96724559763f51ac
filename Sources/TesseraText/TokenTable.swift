internal import TesseraFiles

/// A vocabulary as a file spells it: tokens by their ids, and ids by their tokens' bytes.
///
/// One block of memory holds all spellings, and the ids lie in an open hash table: fifty thousand separate strings would
/// take longer to make than the file takes to parse.
struct TokenTable: Sendable {
    /// The number of tokens.
    let count: Int
    /// One more than the highest id.
    var idLimit: Int { places.count }
    private var bytes: [UInt8] = []
    /// Where each id's token lies in `bytes`; `nil` for ids without one.
    private var places: [Range<Int32>?] = []
    /// Ids at the places that hashes lead to, -1 where free. Its size is a power of two.
    private var slots: [Int32] = []

    /// The tokens and ids of a JSON object.
    ///
    /// - Parameter spareCount: How many ids may lie between these without being theirs: as many as tokens are added.
    /// - Throws: `FileError.badData` naming the token whose id is negative, no whole number, another token's, or so high
    ///   that ids must be missing below it.
    init(_ vocabulary: JSONObject, spareCount: Int) throws(FileError) {
        let members = vocabulary.members
        count = members.count
        let limit = members.count + spareCount
        places = Array(repeating: nil, count: limit)
        bytes.reserveCapacity(members.count * 8)
        var highest = -1
        for member in members {
            guard case .number(let number) = member.value, let id = number.wholeNumber, id >= 0 else {
                throw vocabulary.error(member.name, "an id must be a whole number of at least 0")
            }
            guard id < limit else {
                let cause = "its id is \(id), but there are only \(limit) tokens: ids must leave no gap"
                throw vocabulary.error(member.name, cause)
            }
            guard places[id] == nil else { throw vocabulary.error(member.name, "its id \(id) is another token's too") }
            let start = Int32(bytes.count)
            bytes.append(contentsOf: member.name.utf8)
            places[id] = start..<Int32(bytes.count)
            highest = max(highest, id)
        }
        places.removeLast(limit - highest - 1)
        fillSlots()
    }

    /// The tokens of a vocab.txt, one a line, their ids counted from 0.
    ///
    /// - Throws: `FileError.badData` naming a token that is there twice.
    init(lines: [UInt8], path: String) throws(FileError) {
        var start = 0
        for end in lines.indices.filter({ lines[$0] == UInt8(ascii: "\n") }) + [lines.count] where start < lines.count {
            let token = lines[start..<end].last == UInt8(ascii: "\r") ? lines[start..<end - 1] : lines[start..<end]
            places.append(Int32(bytes.count)..<Int32(bytes.count + token.count))
            bytes += token
            start = end + 1
        }
        count = places.count
        fillSlots()
        if let (line, token) = repeated {
            throw FileError(
                .badData, path: path, cause: "the token \(token.quoted) is there twice", place: "line \(line + 1)")
        }
    }

    /// The pieces of a unigram model, their ids counted from 0.
    ///
    /// - Parameter pieces: where each lies in `bytes`.
    /// - Throws: `FileError.badData` naming a piece that is there twice.
    init(_ bytes: [UInt8], _ pieces: some Sequence<Range<Int>>, path: String) throws(FileError) {
        self.bytes = bytes
        places = pieces.map { Int32($0.lowerBound)..<Int32($0.upperBound) }
        count = places.count
        fillSlots()
        if let (_, token) = repeated {
            throw FileError(.badData, path: path, cause: "has the piece \(token.quoted) twice")
        }
    }

    /// The first token that an earlier one equals, with its id.
    private var repeated: (id: Int, token: String)? {
        for id in places.indices {
            guard let token = self[id], self.id(of: token) != Int32(id) else { continue }
            return (id, String(decoding: token, as: UTF8.self))
        }
        return nil
    }

    /// A JSON object's names differ, so that every token is new.
    private mutating func fillSlots() {
        var size = 4
        while size < 2 * count { size *= 2 }
        slots = Array(repeating: -1, count: size)
        bytes.withUnsafeBufferPointer { bytes in
            for (id, place) in places.enumerated() {
                guard let place else { continue }
                let token = UnsafeBufferPointer(rebasing: bytes[Int(place.lowerBound)..<Int(place.upperBound)])
                var slot = firstSlot(token)
                while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = Int32(id)
            }
        }
    }

    /// The spelling of the token `id`; `nil` when there is none.
    subscript(id: Int) -> ArraySlice<UInt8>? {
        guard places.indices.contains(id), let place = places[id] else { return nil }
        return bytes[Int(place.lowerBound)..<Int(place.upperBound)]
    }

    /// The id of the token that is spelled `token`.
    func id(of token: UnsafeBufferPointer<UInt8>) -> Int32? {
        bytes.withUnsafeBufferPointer { bytes in
            var slot = firstSlot(token)
            while slots[slot] >= 0 {
                if let place = places[Int(slots[slot])], place.count == token.count,
                    bytes[Int(place.lowerBound)..<Int(place.upperBound)].elementsEqual(token)
                {
                    return slots[slot]
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    /// The id of the token that is spelled `token`.
    func id(of token: ArraySlice<UInt8>) -> Int32? { token.withUnsafeBufferPointer(id(of:)) }

    /// The id of the token that is spelled `token`.
    func id(of token: String) -> Int32? { id(of: Array(token.utf8)[...]) }

    /// Swift's hashes are seeded anew in every process: no file can be made to fill one corner of the table.
    private func firstSlot(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(token))
        return hasher.finalize() & (slots.count - 1)
    }
}
