package import TesseraFiles

/// The tokens of byte-level byte-pair encoding in the order in which they were found, as tiktoken's files have them, and whisper.cpp's:
/// which two tokens each was merged of follows from the order.
package struct RankedVocabulary: Sendable {
    /// What each stands for, by its id.
    package let tokens: [[UInt8]]

    /// - Parameter tokens: the bytes of each, by its id; single bytes among them.
    package init(_ tokens: [[UInt8]]) { self.tokens = tokens }

    /// A file of tiktoken: a line a token, its bytes in base64 and its id, from 0 on.
    ///
    /// - Throws: `FileError.badData` naming the line.
    package init(tiktoken file: InputFile) throws(FileError) {
        var tokens: [[UInt8]] = []
        let lines = try file.contents(limit: JSONObject.byteLimit).split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            let parts = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 2, Int(parts[1].filter { $0 != "\r" }) == tokens.count,
                // An empty token is written as `=`.
                let bytes = parts[0] == "=" ? [] : try? DataURL.bytes("data:;base64," + parts[0])
            else {
                let cause = "is no file of tiktoken: a token in base64, and its number in order, belong in each line"
                throw FileError(.badData, path: file.path, cause: cause, place: "line \(index + 1)")
            }
            tokens.append(bytes)
        }
        self.tokens = tokens
    }

    /// The same vocabulary spelled as tokenizer.json spells it, a token a text.
    ///
    /// - Returns: nil where a spelling holds a character that stands for no byte.
    package init?(spellings: [String]) {
        let tokens = spellings.compactMap { ByteAlphabet.bytes(of: Array($0.utf8)[...]) }
        guard tokens.count == spellings.count else { return nil }
        self.tokens = tokens
    }

    /// A tokenizer.json with these tokens and special ones beside them.
    ///
    /// - Parameter special: names of special tokens, with their ids.
    package func tokenizerFile(special: [(name: String, id: Int)]) -> [UInt8] {
        let spellings = tokens.map { String(decoding: ByteAlphabet.spelling(of: $0), as: UTF8.self) }
        var json = JSONWriter()
        json.object { json in
            json.array("added_tokens") { json in
                for (name, id) in special {
                    json.object { json in
                        json.write(id, for: "id")
                        json.write(name, for: "content")
                        json.write(true, for: "special")
                    }
                }
            }
            for key in ["pre_tokenizer", "decoder"] {
                json.object(key) { json in
                    json.write("ByteLevel", for: "type")
                    json.write(false, for: "add_prefix_space")
                }
            }
            json.object("model") { json in
                json.write("BPE", for: "type")
                json.object("vocab") { json in
                    for (id, spelling) in spellings.enumerated() { json.write(id, for: spelling) }
                }
                json.array("merges") { json in
                    for (left, right) in merges { json.write(spellings[Int(left)] + " " + spellings[Int(right)]) }
                }
            }
        }
        guard let bytes = try? json.finish(path: "") else { preconditionFailure("no number in it is NaN") }
        return bytes
    }

    /// The two tokens that each longer one is merged of, in the order of the results: what the merges before it make of its bytes.
    private var merges: [(Int32, Int32)] {
        var single = [Int32?](repeating: nil, count: 256)
        for (id, token) in tokens.enumerated() where token.count == 1 { single[Int(token[0])] = Int32(id) }
        var known = BytePairMerges(capacity: tokens.count)
        var merges: [(Int32, Int32)] = []
        for (id, token) in tokens.enumerated() where token.count > 1 {
            var parts = token.compactMap { single[Int($0)] }
            guard parts.count == token.count else { continue }
            known.apply(to: &parts)
            // A token that earlier ones do not meet in is never made by merging.
            guard parts.count == 2 else { continue }
            known.insert(parts[0], parts[1], result: Int32(id), rank: id)
            merges.append((parts[0], parts[1]))
        }
        return merges
    }
}
