package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// A family whose layers are wav2vec 2.0's, whatever its head is for.
package protocol WaveformFamily: PublishedFamily {
    /// What the names of the bare model's tensors begin with, `wav2vec2`.
    static var root: String { get }
}

extension WaveformFamily {
    package static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> Network {
        var network = try network(config)
        try fill(&network, from: Checkpoint(try ConvolutionTensors(checkpoint)), precision)
        return network
    }

    /// What the sound passes first and the head keep 16 bits in int8, as convolutions and heads of other families do.
    package static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.input, .head])
    }
}
