public import TesseraFiles
package import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The folder of a transcriber that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try TranscriberFolder(finetuning: "whisper-tiny")
/// var model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "whisper-digits")   // Transcriber and transformers load it
/// ```
public struct TranscriberFolder: Sendable {
    /// The configuration and vocabulary that training data is made for.
    package let folder: SpeechFolder
    private let isNew: Bool

    /// A new model.
    ///
    /// - Parameter folder: config.json with its sizes, preprocessor_config.json, generation_config.json and the tokenizer's
    ///   files: all of a model's folder but the weights.
    /// - Throws: `FileError` naming the file and the key.
    public init(new folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: true) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: false) }

    private init(_ files: ModelFolder, isNew: Bool) throws(FileError) {
        folder = try SpeechFolder(files)
        guard folder.family.modelType == SpeechFamily.whisper.modelType else {
            throw folder.config.error("model_type", "models of type \(folder.family.modelType) cannot be trained here")
        }
        self.isNew = isNew
    }

    /// config.json.
    public var config: JSONObject { folder.config }

    /// The names under which checkpoints hold our parameters.
    package var names: TensorNames { folder.family.names }

    /// How many positions the encoder makes of a window.
    public var positionCount: Int { folder.configuration.encoderContextLength }

    /// Parameters that no training changes: Whisper's encoder has fixed sinusoids for positions.
    public static let fixedParameters = ["encoderPositions"]

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> SpeechTransformer {
        var model = SpeechTransformer(folder.configuration)
        guard isNew else {
            try model.load(from: try Checkpoint(folder.files), names: names) { _ in nil }
            return model
        }
        model.encoderPositions = tensor2tensorPositions(
            0..<positionCount, hiddenSize: folder.configuration.encoderBlock.hiddenSize)
        let deviation = Float(try folder.config.number("init_std", in: 1e-6...1, default: 0.02))
        var initializer = Initializer(deviation: deviation, random: RandomGenerator(seed: seed))
        model.visitParameters(&initializer)
        return model
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: SpeechTransformer, to folder: String) throws(FileError) {
        let files = self.folder.files
        for name in TranscriberFolder.companions where files.contains(name) {
            try writeAtomically(to: joinPath(folder, name), try files.open(name).contents(limit: 1 << 28))
        }
        let configPath = joinPath(folder, "config.json")
        var json = JSONWriter(indentation: 2)
        json.object { json in
            // What was trained is written as it is, whatever the weights were before.
            for member in config.members where !["dtype", "torch_dtype"].contains(member.name) {
                json.write(member.value, for: member.name)
            }
            json.write("float32", for: "dtype")
        }
        try writeAtomically(to: configPath, try json.finish(path: configPath))
        try Safetensors.write(
            model.checkpointTensors(names: names) { hubShape($0, $1) },
            metadata: [("format", "pt")], to: joinPath(folder, "model.safetensors"))
    }

    /// What a folder holds beside config.json and the weights, and what a trained model has from it as it is.
    private static let companions = [
        "generation_config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "normalizer.json",
    ]

    /// The names of the files that `write` may write.
    public static let fileNames = companions + ["config.json", "model.safetensors"]

    /// The shape in a checkpoint of our parameter `name`.
    private func hubShape(_ name: String, _ shape: [Int]) -> [Int] {
        let parts = name.split(separator: ".")
        guard parts.count == 4, parts[0] == "convolutions", parts[3] == "weight", let index = Int(parts[1]) else {
            return shape
        }
        let convolution = folder.configuration.convolutions[index]
        return [convolution.outputChannels, convolution.inputChannels, convolution.size]
    }
}
