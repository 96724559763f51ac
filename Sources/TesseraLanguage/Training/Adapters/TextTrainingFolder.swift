package import TesseraFiles
package import TesseraLayers

/// The folder of a model of texts that is being trained.
package protocol TextTrainingFolder: Sendable {
    /// The layers that are trained.
    associatedtype Network: Layer

    /// What PEFT calls the task; nil where it has no name for it.
    static var adapterTask: String? { get }
    /// Names of layers that are trained whole beside adapters: heads, which are new.
    static var partsBesideAdapters: [String] { get }

    /// config.json.
    var config: JSONObject { get }
    /// The names of the files that `write` may write.
    var fileNames: [String] { get }

    /// The model before its training.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    func initialModel(seed: UInt64) throws(FileError) -> Trainable<Network>

    /// Writes the model's files.
    ///
    /// - Throws: `FileError` when one cannot be written.
    func write(_ model: Trainable<Network>, to folder: String) throws(FileError)

    /// Writes all files but the weights.
    ///
    /// - Throws: `FileError` when one cannot be written.
    func writeSettings(to folder: String) throws(FileError)

    /// The names under which checkpoints hold our parameters.
    func names(of network: Network) -> TensorNames
}
