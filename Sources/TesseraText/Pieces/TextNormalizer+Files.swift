internal import TesseraFiles

extension TextNormalizer {
    /// The steps of tokenizer.json's `normalizer`; none where there is none.
    ///
    /// - Throws: `FileError.badData` naming the kind that is not known, or what is wrong with a step.
    static func steps(_ file: JSONObject) throws(FileError) -> [TextNormalizer] {
        var steps: [TextNormalizer] = []
        var growth = 1
        for step in try file.steps("normalizer", list: "normalizers") {
            let normalizer = try TextNormalizer(step)
            steps.append(normalizer)
            growth *= normalizer.growth
            guard growth <= growthLimit else {
                throw step.error(
                    "type", "texts could become \(growth) times as long; \(growthLimit) times is the limit")
            }
        }
        return steps
    }

    /// How much longer all steps together may make a text: 32,768 characters for one are more than any published steps make.
    private static let growthLimit = 1 << 15

    /// How many bytes can come from one.
    private var growth: Int {
        switch self {
        case .replace(let pattern, let content):
            if case .literal(let literal) = pattern {
                max(1, (content.count + literal.count - 1) / literal.count)
            } else {
                max(1, content.count)
            }
        case .prepend(let content): content.count + 1
        case .characterMap: CharacterMap.lengthLimit
        case .form: 12
        case .lowercase: 2
        case .bert: 8
        case .stripAccents, .strip, .nmt, .sentencePiece: 1
        }
    }

    private init(_ step: JSONObject) throws(FileError) {
        let kind = try step.string("type")
        switch kind {
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .stripAccents
        case "Nmt": self = .nmt
        case "BertNormalizer": self = .bert(try WordPieceRules(normalizer: step))
        case "Prepend": self = .prepend(Array(try step.string("prepend").utf8))
        case "Replace": self = .replace(try TextPattern(step), Array(try step.string("content").utf8))
        case "Precompiled":
            let encoded = try step.string("precompiled_charsmap", default: "")
            guard let bytes = try? DataURL.bytes("data:;base64," + encoded) else {
                throw step.error("precompiled_charsmap", "it is not in base64")
            }
            self = .characterMap(try CharacterMap(bytes[...], path: step.path))
        case "Strip":
            self = .strip(
                left: try step.boolean("strip_left", default: true),
                right: try step.boolean("strip_right", default: true))
        default:
            guard let form = UnicodeForm(rawValue: kind) else {
                throw step.error("type", "normalisers of type \(kind.quoted) are not supported")
            }
            self = .form(form)
        }
    }
}

extension JSONObject {
    /// The steps under `key`: none, one, or those of a `Sequence`, which may hold others.
    func steps(_ key: String, list: String) throws(FileError) -> [JSONObject] {
        guard let step = try object(key) else { return [] }
        let steps = try step.flattened(list, depth: 8)
        guard steps.count <= 64 else { throw error(key, "it has more than 64 steps") }
        return steps
    }

    private func flattened(_ list: String, depth: Int) throws(FileError) -> [JSONObject] {
        guard try string("type") == "Sequence" else { return [self] }
        guard depth > 0 else { throw error("type", "sequences lie inside each other too deep") }
        var steps: [JSONObject] = []
        for step in try objects(list) { steps += try step.flattened(list, depth: depth - 1) }
        return steps
    }
}
