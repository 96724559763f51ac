internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of encoder-decoders that read a text and write another.
protocol SequenceToSequenceFamily: PublishedFamily where Network == EncoderDecoder {
    /// Reads config.json.
    ///
    /// - Parameter hasHead: whether the checkpoint has a matrix of its own for the logits.
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject, hasHead: Bool) throws(FileError) -> EncoderDecoderConfiguration

    /// The tensor of a matrix of its own for the logits.
    static var headName: String { get }
}

/// The families of encoder-decoders that are run.
let sequenceToSequenceFamilies = FamilyRegistry<any SequenceToSequenceFamily.Type>(
    [Marian.self, BART.self, T5.self], purpose: ("does not write texts here", others: "does")
) { $0 }

extension SequenceToSequenceFamily {
    static var headName: String { "lm_head.weight" }

    static func network(_ config: JSONObject) throws(FileError) -> EncoderDecoder {
        EncoderDecoder(try configuration(config, hasHead: false))
    }

    /// The layers that a checkpoint fills, which may have a matrix of its own for the logits.
    ///
    /// - Throws: `FileError` naming the key.
    static func network(_ config: JSONObject, _ checkpoint: Checkpoint) throws(FileError) -> EncoderDecoder {
        let isTied = try config.boolean("tie_word_embeddings", default: true)
        return EncoderDecoder(try configuration(config, hasHead: !isTied && checkpoint.contains(headName)))
    }

    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> EncoderDecoder {
        var network = try network(config, checkpoint)
        try fill(&network, from: checkpoint, precision)
        network.decoder.storage = KeyValueStorage(ofTextsBesideWeights: precision)
        return network
    }
}
