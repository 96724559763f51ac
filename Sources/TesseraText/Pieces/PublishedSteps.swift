internal import TesseraFiles

/// What transformers does around the byte pairs of a vocab.json and merges.txt, which do not say it themselves: as a tokenizer.json
/// would, by the class of the tokenizer or the type of the model.
enum PublishedSteps: String {
    case gpt2, roberta, qwen2, clip

    private static let names: [(PublishedSteps, classes: [String], modelTypes: [String])] = [
        (.gpt2, ["GPT2"], ["gpt2", "gpt_neo", "gptj", "opt"]),
        (.roberta, ["Roberta", "Bart", "Longformer", "LED"], ["roberta", "bart", "longformer", "led"]),
        (.qwen2, ["Qwen2"], ["qwen2", "qwen2_moe", "qwen3"]), (.clip, ["CLIP"], ["clip", "clip_text_model"]),
    ]

    /// The steps for a folder's tokenizer.
    ///
    /// - Throws: `FileError.badData` naming a class that is not known.
    static func steps(_ folder: ModelFolder, _ companions: TokenizerCompanions) throws(FileError) -> JSONObject {
        if let settings = companions.files.first(where: { $0.contains("tokenizer_class") }) {
            let name = try settings.string("tokenizer_class")
            let plain = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
            guard let kind = names.first(where: { $0.classes.contains { plain == $0 + "Tokenizer" } })?.0 else {
                let cause =
                    "what \(name.quoted) does around a vocab.json is not known here, and no tokenizer.json says it"
                throw settings.error("tokenizer_class", cause)
            }
            return try kind.steps(companions, path: folder.path)
        }
        let type =
            try folder.contains("config.json") ? folder.read("config.json").string("model_type", default: "") : ""
        let kind = names.first { $0.modelTypes.contains(type) }?.0 ?? .gpt2
        return try kind.steps(companions, path: folder.path)
    }

    private func steps(_ companions: TokenizerCompanions, path: String) throws(FileError) -> JSONObject {
        var addsPrefixSpace = false
        for settings in companions.files {
            addsPrefixSpace = try settings.boolean("add_prefix_space", default: addsPrefixSpace)
        }
        func name(_ key: String, _ standard: String) throws(FileError) -> String {
            try companions.tokenName(key) ?? standard
        }
        let level = #"{"type": "ByteLevel", "add_prefix_space": \#(addsPrefixSpace), "trim_offsets": false"#
        func split(_ expression: String, _ behavior: String) -> String {
            #"{"type": "Split", "pattern": {"Regex": \#(expression)}, \#(behavior)}"#
        }
        func sequence(_ steps: String...) -> String {
            #"{"type": "Sequence", "pretokenizers": [\#(steps.joined(separator: ", "))]}"#
        }
        func around(_ start: String, _ end: String, trims: Bool) -> String {
            let ends = #""cls": [\#(start.inJSON)], "sep": [\#(end.inJSON)]"#
            return #""post_processor": {"type": "RobertaProcessing", \#(ends), "trim_offsets": \#(trims), "#
                + #""add_prefix_space": \#(addsPrefixSpace)}"#
        }
        var members = [#""decoder": {"type": "ByteLevel"}"#]
        switch self {
        case .gpt2:
            members.append(#""pre_tokenizer": \#(level)}, "post_processor": \#(level)}"#)
        case .roberta:
            members.append(#""pre_tokenizer": \#(level)}"#)
            let start = try name("cls_token", try name("bos_token", "<s>"))
            members.append(around(start, try name("sep_token", try name("eos_token", "</s>")), trims: true))
        case .qwen2:
            let splitter = split(Self.qwen2Expression, #""behavior": "Isolated""#)
            members.append(#""normalizer": {"type": "NFC"}, "post_processor": \#(level)}"#)
            members.append(#""pre_tokenizer": \#(sequence(splitter, level + #", "use_regex": false}"#))"#)
        case .clip:
            let (start, end) = (
                try name("bos_token", "<|startoftext|>"), try name("eos_token", "<|endoftext|>")
            )
            let splitter = split(Self.clipExpression, #""behavior": "Removed", "invert": true"#)
            members.append(Self.clipNormalizer)
            members.append(#""pre_tokenizer": \#(sequence(splitter, level + "}")), "model": \#(Self.clipModel(end))"#)
            members.append(around(start, end, trims: false))
        }
        return try JSONObject(bytes: Array("{\(members.joined(separator: ", "))}".utf8), path: path)
    }

    private static let qwen2Expression =
        #""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"#
        + #"|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""#

    private static let clipExpression =
        #""<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+""#

    private static let clipNormalizer =
        #""normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, "#
        + #"{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}, {"type": "Lowercase"}]}"#

    private static func clipModel(_ unknown: String) -> String {
        #"{"end_of_word_suffix": "</w>", "unk_token": \#(unknown.inJSON)}"#
    }
}

extension String {
    /// The text as JSON writes it.
    fileprivate var inJSON: String {
        let escaped = unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\0"..." ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
