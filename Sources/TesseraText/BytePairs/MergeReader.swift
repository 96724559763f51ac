internal import TesseraFiles

/// Reads the merges of a vocabulary, from tokenizer.json or merges.txt, in the order in which they apply.
struct MergeReader {
    /// The bytes of a token or a merge in a file. Fifty thousand of them are looked up, so none is copied.
    private typealias Spelling = UnsafeBufferPointer<UInt8>

    private let vocabulary: TokenTable
    /// What the second token of a merge begins with where it does not begin a word, and what their result lacks.
    private let continuation: [UInt8]

    init(_ vocabulary: TokenTable, continuation: [UInt8] = []) {
        (self.vocabulary, self.continuation) = (vocabulary, continuation)
    }

    /// The merges of a tokenizer.json's `model`: strings such as `"Ġ a"`, or pairs of strings.
    ///
    /// - Throws: `FileError.badData` naming the merge that has not two parts, or whose parts or result are no tokens.
    func read(_ model: JSONObject) throws(FileError) -> BytePairMerges {
        guard case .array(let elements)? = model.value("merges") else {
            throw model.error("merges", "it must be a list of merges")
        }
        var merges = BytePairMerges(capacity: elements.count)
        for (rank, element) in elements.enumerated() {
            if let refusal = insert(element, rank, &merges) { throw model.error("merges[\(rank)]", refusal.cause) }
        }
        return merges
    }

    /// The merges of a merges.txt: a line each, after a first line with a version.
    ///
    /// - Throws: `FileError.badData` naming the line, as above.
    func read(_ file: InputFile) throws(FileError) -> BytePairMerges {
        let bytes = try file.contents(limit: JSONObject.byteLimit)
        if let offset = firstInvalidUTF8(in: bytes) {
            throw FileError(.badData, path: file.path, cause: "is not UTF-8", place: "byte \(offset)")
        }
        var merges = BytePairMerges(capacity: bytes.count / 8)
        var rank = 0
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let merge = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if merge.isEmpty || merge.starts(with: "#version".utf8) { continue }
            if let refusal = merge.withUnsafeBufferPointer({ insert($0, rank, &merges) }) {
                throw FileError(.badData, path: file.path, cause: refusal.cause, place: "line \(index + 1)")
            }
            rank += 1
        }
        return merges
    }

    /// What is wrong with a merge; the caller says where it is.
    private struct Refusal {
        let cause: String
    }

    /// Inserts a merge of tokenizer.json.
    private func insert(_ element: JSONValue, _ rank: Int, _ merges: inout BytePairMerges) -> Refusal? {
        switch element {
        case .string(var merge): return merge.withUTF8 { insert($0, rank, &merges) }
        case .array(let parts):
            guard parts.count == 2, case .string(var left) = parts[0], case .string(var right) = parts[1] else {
                return Refusal(cause: "a merge must have two parts")
            }
            return left.withUTF8 { left in right.withUTF8 { insert(left, $0, rank, &merges) } }
        default: return Refusal(cause: "a merge must be a string or a pair of strings")
        }
    }

    /// Inserts a merge whose parts stand on either side of the one space.
    private func insert(_ merge: Spelling, _ rank: Int, _ merges: inout BytePairMerges) -> Refusal? {
        let space = UInt8(ascii: " ")
        guard let middle = merge.firstIndex(of: space), merge.lastIndex(of: space) == middle else {
            return Refusal(cause: "the merge \(shown(merge)) has not two parts with a space between")
        }
        let (left, right) = (Spelling(rebasing: merge[..<middle]), Spelling(rebasing: merge[(middle + 1)...]))
        return insert(left, right, rank, &merges)
    }

    private func insert(
        _ left: Spelling, _ right: Spelling, _ rank: Int, _ merges: inout BytePairMerges
    ) -> Refusal? {
        func unknown(_ token: Spelling) -> Refusal {
            let needed = shown(token)
            return Refusal(
                cause: "the merge of \(shown(left)) and \(shown(right)) needs the token \(needed), which is none")
        }
        guard let leftID = vocabulary.id(of: left) else { return unknown(left) }
        guard let rightID = vocabulary.id(of: right) else { return unknown(right) }
        guard right.count >= continuation.count else { return unknown(right) }
        let rest = Spelling(rebasing: right.dropFirst(continuation.count))
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: left.count + rest.count) { joined in
            _ = joined.initialize(from: left)
            _ = joined[left.count...].initialize(from: rest)
            guard let result = vocabulary.id(of: Spelling(joined)) else { return unknown(Spelling(joined)) }
            merges.insert(leftID, rightID, result: result, rank: rank)
            return nil
        }
    }

    private func shown(_ bytes: Spelling) -> String { String(decoding: bytes, as: UTF8.self).quoted }
}
