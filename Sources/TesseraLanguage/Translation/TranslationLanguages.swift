internal import TesseraFiles
internal import TesseraText
internal import TesseraTransformer

/// What stands before a text, and how its translation is generated.
struct TextToTextTask {
    var prefix: String
    var settings: GenerationSettings
}

extension SequenceToSequenceModel {
    enum Side { case source, target }

    /// The languages that the model is told to read or to write.
    func languages(_ side: Side) -> [String] {
        let marked = languageMarks.map { String($0.dropFirst(2).dropLast(2)) }
        let named = translationTasks.map { side == .source ? $0.source : $0.target }
        return (side == .target ? marked : []) + named.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var languageMarks: [String] { (tokenizer as? MarianTokenizer)?.languageMarks ?? [] }

    /// The pairs of languages that config.json names tasks for (T5): `translation_en_to_de`.
    private var translationTasks: [(name: String, source: String, target: String)] {
        (tasks?.keys ?? []).compactMap { name in
            let parts = name.split(separator: "_")
            guard parts.count == 4, parts[0] == "translation", parts[2] == "to" else { return nil }
            return (name, String(parts[1]), String(parts[3]))
        }
    }

    /// What a translation between these languages begins with, and how it is generated.
    ///
    /// - Throws: `FileError` where the model does not know one of them, or must be told.
    func translation(from source: String?, to target: String?) throws(FileError) -> TextToTextTask {
        for (side, asked) in [(Side.source, source), (.target, target)] {
            let known = languages(side)
            guard let asked, !known.contains(asked) else { continue }
            // A model that is told nothing of what it reads reads what it was trained on.
            if side == .source, known.isEmpty { continue }
            throw FileError(.badData, path: name, cause: refusal(asked, side, known))
        }
        if let target, languageMarks.contains(">>\(target)<<") {
            return TextToTextTask(prefix: ">>\(target)<< ", settings: settings)
        }
        let fitting = translationTasks.filter { task in
            (source ?? task.source) == task.source && (target ?? task.target) == task.target
        }
        if source != nil || target != nil, fitting.count > 1 {
            let pairs = fitting.map { "\($0.source) to \($0.target)" }.joined(separator: ", ")
            throw FileError(.badData, path: name, cause: "must be told both languages; it translates \(pairs)")
        }
        guard source != nil || target != nil, let task = fitting.first else {
            return TextToTextTask(prefix: "", settings: settings)
        }
        return try self.task(task.name)
    }

    /// Whether a model with marks of several languages is not told by a text which one to write, as `>>de<< A dog runs.` tells it.
    func lacksMark(_ text: String) -> Bool {
        let marks = languageMarks
        return marks.count > 1 && !marks.contains(where: text.hasPrefix)
    }

    private func refusal(_ language: String, _ side: Side, _ known: [String]) -> String {
        let does = side == .source ? "reads" : "writes"
        return known.isEmpty
            ? "\(does) one language, and is not told which"
            : "\(does) no \(language.quoted), but \(known.joined(separator: ", "))"
    }

    /// What config.json says of a task.
    ///
    /// - Throws: `FileError` naming the key.
    func task(_ task: String) throws(FileError) -> TextToTextTask {
        guard let said = try tasks?.object(task) else { return TextToTextTask(prefix: "", settings: settings) }
        var settings = settings
        try settings.read(said, network.decoder.vocabularySize)
        return TextToTextTask(prefix: try said.string("prefix", default: ""), settings: settings)
    }
}
