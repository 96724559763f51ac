internal import TesseraFiles

extension Tokenizer {
    /// The `model` of a tokenizer.json.
    ///
    /// - Throws: `FileError.badData` when it is not byte-pair encoding, or a kind of it that is not byte-level.
    static func bytePairModel(_ file: JSONObject) throws(FileError) -> JSONObject {
        guard let model = try file.object("model") else { throw file.error("model", "it is missing") }
        // Old files leave the type out.
        let type = try model.string("type", default: "BPE")
        guard type == "BPE" else {
            throw model.error("type", "tokenizers of type \(type.quoted) are not supported; those of type BPE are")
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            guard try model.string(key, default: "").isEmpty else {
                throw model.error(key, "only byte-level vocabularies are supported, which have none")
            }
        }
        if try model.boolean("byte_fallback", default: false) {
            throw model.error("byte_fallback", "only byte-level vocabularies are supported, which need none")
        }
        if try model.number("dropout", in: 0...1, default: 0) > 0 {
            throw model.error("dropout", "it would make every encoding another")
        }
        return model
    }

    /// What a tokenizer.json asks for beside its vocabulary.
    ///
    /// - Throws: `FileError.badData` naming what is not done here: a normaliser, another way to cut text into words, a
    ///   regular expression other than GPT-2's.
    static func rules(_ file: JSONObject, _ model: JSONObject) throws(FileError) -> Rules {
        var rules = Rules()
        rules.ignoresMerges = try model.boolean("ignore_merges", default: false)
        rules.fusesUnknown = try model.boolean("fuse_unk", default: false)
        for step in try steps(file, "normalizer", list: "normalizers") {
            throw step.error("type", "normalisers of type \(try step.string("type").quoted) are not supported")
        }
        for step in try steps(file, "decoder", list: "decoders") where try step.string("type") != "ByteLevel" {
            throw step.error("type", "decoders of type \(try step.string("type").quoted) are not supported")
        }
        try readWordSplitting(try steps(file, "pre_tokenizer", list: "pretokenizers"), &rules)
        return rules
    }

    /// Accepts what byte-level files hold: `ByteLevel`, alone or after a `Split` by GPT-2's expression. Nothing at all, as
    /// beside a vocab.json, means the former.
    private static func readWordSplitting(_ steps: [JSONObject], _ rules: inout Rules) throws(FileError) {
        var hasSplit = false
        var hasByteLevel = false
        for step in steps {
            let type = try step.string("type")
            switch type {
            case "Split" where !hasSplit && !hasByteLevel:
                try checkSplit(step)
                hasSplit = true
            case "ByteLevel" where !hasByteLevel:
                hasByteLevel = true
                rules.splitsWords = try step.boolean("use_regex", default: true) || hasSplit
                rules.addsPrefixSpace = try step.boolean("add_prefix_space", default: true)
                if hasSplit && rules.addsPrefixSpace {
                    throw step.error("add_prefix_space", "it would put a space before every word of the Split")
                }
            default:
                throw step.error("type", "cutting text into words by \(type.quoted) here is not supported")
            }
        }
        if hasSplit && !hasByteLevel, let step = steps.first {
            throw step.error("type", "only byte-level vocabularies are supported, and no ByteLevel follows")
        }
    }

    private static func checkSplit(_ step: JSONObject) throws(FileError) {
        guard let pattern = try step.object("pattern") else { throw step.error("pattern", "it is missing") }
        let expression = try pattern.string(pattern.contains("Regex") ? "Regex" : "String")
        guard pattern.contains("Regex"), WordSplitter.knownPatterns.contains(expression) else {
            let cause = "the regular expression \(expression.quoted) is not one of those that are supported: GPT-2's"
            throw pattern.error("Regex", cause)
        }
        // With GPT-2's expression every character belongs to a match: there is nothing between to keep or remove.
        let behaviour = try step.string("behavior", default: "Isolated")
        let isInverted = try step.boolean("invert", default: false)
        guard behaviour == "Isolated" || behaviour == "Removed" && isInverted else {
            throw step.error("behavior", "\(behaviour.quoted) is not supported; 'Isolated' is")
        }
    }

    /// The steps under `key`: none, one, or those of a `Sequence`.
    private static func steps(_ file: JSONObject, _ key: String, list: String) throws(FileError) -> [JSONObject] {
        guard let step = try file.object(key) else { return [] }
        return try step.string("type") == "Sequence" ? try step.objects(list) : [step]
    }
}
