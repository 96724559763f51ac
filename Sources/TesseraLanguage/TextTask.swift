public import TesseraFiles
public import TesseraTensor

/// What is done to texts with a checkpoint from a folder in the hub's layout. Loaded once, it is a value to be shared between tasks.
public protocol TextTask: Sendable {
    /// Loads config.json, the tokenizer and the weights of a folder that was found.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    init(_ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads) throws(FileError)
}

extension TextTask {
    /// Loads config.json, the tokenizer and the weights of a folder.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        try self.init(ModelFolder(folder), precision: precision, allowNonFinite: allowNonFinite, threads: threads)
    }

    /// Loads config.json, the tokenizer and the weights of a folder that was found, for all threads that are current.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    public init(_ folder: ModelFolder, precision: Precision = .float32) throws(FileError) {
        try self.init(folder, precision: precision, allowNonFinite: false, threads: .current)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { textEncoderFamilies.modelTypes }
}
