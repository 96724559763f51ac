public import TesseraFiles
public import TesseraLayers
public import TesseraTensor

/// A family of published checkpoints, as config.json names it: all that is to be said for its models to be run.
///
/// Each product has one list of its families. A new one is a type that conforms, in a folder of its own, and an entry there:
/// nothing outside that folder asks which family a model is of. What a model can do beyond what all of its product's can, it
/// declares, and who asks for more is refused by name.
public protocol PublishedFamily: Sendable {
    /// The layers that a checkpoint fills.
    associatedtype Network: Layer

    /// `model_type` in config.json.
    static var modelType: String { get }

    /// Classes in `architectures` whose checkpoints are run as they are. A new model has the first.
    static var architectures: [String] { get }

    /// What the names of tensors begin with that belong to the bare model, `vit.`: where no name of a checkpoint does, it is the
    /// bare model's own, and all lack it. Empty where a family has no such.
    static var prefix: String { get }

    /// The layers that config.json describes, whose parameters a checkpoint will fill.
    ///
    /// - Throws: `FileError` naming the key.
    static func network(_ config: JSONObject) throws(FileError) -> Network

    /// What checkpoints call the parameters.
    static func names(of network: Network) -> TensorNames

    /// The shape in a checkpoint of our parameter `name`, whose shape is `shape` here.
    static func checkpointShape(of name: String, _ shape: [Int], in network: Network) -> [Int]

    /// How a matrix in that role is packed where a model is run in `precision`.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing

    /// Loads a model to be run.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> Network
}

extension PublishedFamily {
    public static var prefix: String { "" }

    public static func checkpointShape(of name: String, _ shape: [Int], in network: Network) -> [Int] { shape }

    public static func packing(of role: ParameterRole, _ precision: Precision) -> Packing { role.packing(precision) }

    public static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> Network {
        var network = try network(config)
        try fill(&network, from: checkpoint, precision)
        return network
    }
}

extension PublishedFamily {
    /// Reads the weights, packed to be run.
    ///
    /// - Throws: `FileError` naming the file and the tensor.
    package static func fill(
        _ network: inout Network, from checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) {
        try network.load(from: checkpoint, names: names(of: network, in: checkpoint)) { packing(of: $0, precision) }
    }

    /// The layers with a checkpoint's weights, to be trained on.
    ///
    /// - Parameter network: whose parameters are not there yet.
    /// - Throws: `FileError` naming the file and the tensor.
    package static func trainable(
        _ network: Network, from checkpoint: Checkpoint
    ) throws(FileError) -> Trainable<Network> {
        try Trainable(loading: network, from: checkpoint, names: names(of: network, in: checkpoint))
    }

    /// What this checkpoint calls the parameters: one of the bare model has names without `prefix`.
    package static func names(of network: Network, in checkpoint: Checkpoint) -> TensorNames {
        let names = names(of: network)
        let isBare = !prefix.isEmpty && !checkpoint.names.contains { $0.hasPrefix(prefix) }
        return isBare ? names.without(prefix: prefix) : names
    }
}
