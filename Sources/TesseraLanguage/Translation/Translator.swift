public import TesseraFiles
public import TesseraTensor
public import TesseraTransformer

/// Translates texts (Vaswani et al., 2017), with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let translator = try Translator(folder: "opus-mt-de-en")
/// print(try translator.translate(["Ein Zug fährt über die Brücke."])[0].text)
/// ```
///
/// Marian, BART and T5 are supported. One that knows several languages is told which to write, and some which they read.
public struct Translator: TextTask {
    private let model: SequenceToSequenceModel

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try SequenceToSequenceModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
    }

    public static var supportedModelTypes: [String] { sequenceToSequenceFamilies.modelTypes }

    /// How texts are generated where the caller says nothing else.
    public var settings: GenerationSettings { model.settings }

    /// How many tokens of a text the model reads; the rest of a longer one is left out.
    public var tokenLimit: Int { model.tokenLimit }

    /// The languages that can be written, by the codes that the model has for them; none where it is not told which.
    public var targetLanguages: [String] { model.languages(.target) }

    /// Whether a text leaves open which language is to be written, of a model that knows several and has marks for them: what it writes
    /// is then of no use, unless `translate` is told.
    public func leavesLanguageOpen(_ text: String) -> Bool { model.lacksMark(text) }

    /// How translations between these languages are generated where the caller says nothing else.
    ///
    /// - Throws: `FileError` where the model does not know a language, or must be told.
    public func settings(from source: String?, to target: String?) throws(FileError) -> GenerationSettings {
        try model.translation(from: source, to: target).settings
    }

    /// Translates each text; some at a time pass the model together.
    ///
    /// - Parameters:
    ///   - source: the language that is read; nil where the model need not be told.
    ///   - target: the language that is written; nil where the model need not be told.
    ///   - settings: how texts are generated; as the folder says where nil.
    /// - Throws: `FileError` where the model does not know a language; `CancellationError` when the task is cancelled.
    public func translate(
        _ texts: [String], from source: String? = nil, to target: String? = nil, settings: GenerationSettings? = nil
    ) throws -> [GeneratedText] {
        let task = try model.translation(from: source, to: target)
        return try model.write(texts.map { task.prefix + $0 }, settings ?? task.settings)
    }

    /// Which token of a translation looked at which of its text: the attention that Bahdanau et al. (2015) draw.
    ///
    /// - Parameters:
    ///   - written: what `translate` made of the text.
    ///   - text: what was read.
    ///   - source: the language that was read, as `translate` was told.
    ///   - target: the language that was written, as `translate` was told.
    /// - Throws: `FileError` where the model does not know a language; `CancellationError` when the task is cancelled.
    public func attention(
        of written: GeneratedText, reading text: String, from source: String? = nil, to target: String? = nil
    ) throws -> TokenAttention {
        try model.attention(of: written, reading: model.translation(from: source, to: target).prefix + text)
    }
}
