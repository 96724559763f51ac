import TesseraFiles
import Testing

/// A text and its tokens, as a file of cases has them.
struct Encoding {
    let text: String
    let ids: [Int32]

    init(_ object: JSONObject) throws {
        text = try object.string("text")
        ids = try #require(try object.numbers("ids")).map { Int32($0) }
    }
}

/// Tokens and their text, with special tokens and without.
struct Decoding {
    let ids: [Int32]
    let all: String
    let skipped: String

    init(_ object: JSONObject) throws {
        ids = try #require(try object.numbers("ids")).map { Int32($0) }
        all = try object.string("all")
        skipped = try object.string("skipped")
    }
}

/// The objects of a file that holds a list of them, which is no object itself.
func objects(inList path: String) throws -> [JSONObject] {
    let list = try InputFile(path).contents(limit: JSONObject.byteLimit)
    return try JSONObject(bytes: Array(#"{"list": "#.utf8) + list + Array("}".utf8), path: path).objects("list")
}

/// Where an encoding's tokens stand.
func offsets(_ object: JSONObject) throws -> [Range<Int>] {
    guard case .array(let pairs)? = object.value("offsets") else { return [] }
    return try pairs.map { pair in
        guard case .array(let bounds) = pair, case .number(let lower) = bounds[0], case .number(let upper) = bounds[1]
        else { throw FileError(.badData, path: object.path, cause: "an offset is no pair") }
        return Int(lower.double)..<Int(upper.double)
    }
}

/// Whether two texts are the same bytes: Swift takes two Unicode forms of a letter for one.
func sameBytes(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
