public import TesseraFiles
public import TesseraForecasting
public import TesseraLanguage
public import TesseraSpeech
public import TesseraTensor

/// What a server keeps loaded to answer requests of one task. A value that many requests share.
public protocol ServableModel: Sendable {
    /// What it does.
    static var task: ServedTask { get }

    /// Loads the model of a folder.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError)
}

extension Transcriber: ServableModel {
    public static var task: ServedTask { .transcribeAudio }
    public init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        try self.init(folder, precision: precision)
    }
}

extension Forecaster: ServableModel {
    public static var task: ServedTask { .forecastSeries }
    public init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        try self.init(folder, precision: precision)
    }
}

extension ServableModel where Self: TextTask {
    /// Loads the model of a folder.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    public init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        try self.init(folder, precision: precision)
    }
}

extension TextClassifier: ServableModel { public static var task: ServedTask { .classify } }
extension TextTagger: ServableModel { public static var task: ServedTask { .tag } }
extension QuestionAnswerer: ServableModel { public static var task: ServedTask { .answer } }
extension SentenceEmbedder: ServableModel { public static var task: ServedTask { .embed } }
extension Translator: ServableModel { public static var task: ServedTask { .translate } }
extension Summarizer: ServableModel { public static var task: ServedTask { .summarize } }
extension TextCompleter: ServableModel { public static var task: ServedTask { .complete } }
