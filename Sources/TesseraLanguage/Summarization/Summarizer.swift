public import TesseraFiles
public import TesseraTensor
public import TesseraTransformer

/// Says in few words what texts say in many (Lewis et al., 2020), with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let summarizer = try Summarizer(folder: "bart-large-cnn")
/// print(try summarizer.summarize([article])[0].text)
/// ```
///
/// BART and T5 are supported; a T5 is told what to do as its config.json says (`summarize: `).
public struct Summarizer: TextTask {
    private let model: SequenceToSequenceModel
    private let task: TextToTextTask

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try SequenceToSequenceModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
        task = try model.task("summarization")
    }

    public static var supportedModelTypes: [String] { sequenceToSequenceFamilies.modelTypes }

    /// How texts are generated where the caller says nothing else.
    public var settings: GenerationSettings { task.settings }

    /// How many tokens of a text the model reads; the rest of a longer one is left out.
    public var tokenLimit: Int { model.tokenLimit }

    /// Summarises each text; some at a time pass the model together.
    ///
    /// - Parameter settings: how texts are generated; as the folder says where nil.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func summarize(_ texts: [String], settings: GenerationSettings? = nil) throws -> [GeneratedText] {
        try model.write(texts.map { task.prefix + $0 }, settings ?? task.settings)
    }

    /// Which token of a summary looked at which of its text.
    ///
    /// - Parameters:
    ///   - written: what `summarize` made of the text.
    ///   - text: what was read.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func attention(of written: GeneratedText, reading text: String) throws -> TokenAttention {
        try model.attention(of: written, reading: task.prefix + text)
    }
}
