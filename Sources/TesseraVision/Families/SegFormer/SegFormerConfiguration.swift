internal import TesseraFiles
internal import TesseraTensor
internal import TesseraTransformer

/// What a SegFormer is made of.
struct SegFormerConfiguration: Sendable {
    /// Blocks on maps of one size.
    struct Stage: Sendable {
        /// Numbers of a cell, and of one between the two maps of a feed-forward network.
        let width, intermediateSize: Int
        let blockCount, headCount: Int
        /// Cells of the map before that become one, down and to the right, and from one such window to the next.
        let patchSide, stride: Int
        /// Cells that become one for keys and values, down and to the right.
        let reduction: Int
    }

    /// One after the other.
    let stages: [Stage]
    /// Numbers of a cell in the head.
    let headWidth: Int
    let labels: [String]
    /// Of the feed-forward networks.
    let activation: Activation
    let channelCount: Int

    /// How many labels there may be: a pixel's is a number of 16 bits.
    private static let mostLabels = 65_536
    private static let widths = 1...16_384

    /// That `reshape_last_stage` is false changes nothing: transformers then takes the last map for a square, and fails where it is none.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        let count = try config.integer("num_encoder_blocks", in: 1...8, default: 4)
        func list(_ key: String, _ range: ClosedRange<Int>, _ standard: [Int]) throws(FileError) -> [Int] {
            let values = try config.wholeNumbers(key, in: range, default: standard)
            guard values.count >= count else { throw config.error(key, "it holds \(values.count) of \(count) stages") }
            return values
        }
        let widths = try list("hidden_sizes", Self.widths, [32, 64, 160, 256])
        let depths = try list("depths", 1...256, [2, 2, 2, 2])
        let heads = try list("num_attention_heads", 1...1024, [1, 2, 5, 8])
        let sides = try list("patch_sizes", 1...64, [7, 3, 3, 3])
        let strides = try list("strides", 1...64, [4, 2, 2, 2])
        let reductions = try list("sr_ratios", 1...64, [8, 4, 2, 1])
        let inner = try Self.intermediateSizes(config, widths.prefix(count))
        for (width, heads) in zip(widths, heads).prefix(count) where width % heads != 0 {
            throw config.error("num_attention_heads", "\(heads) heads do not divide \(width)")
        }
        stages = (0..<count).map { index in
            Stage(
                width: widths[index], intermediateSize: inner[index], blockCount: depths[index],
                headCount: heads[index], patchSide: sides[index], stride: strides[index], reduction: reductions[index])
        }
        headWidth = try config.integer("decoder_hidden_size", in: Self.widths, default: 256)
        labels = try config.labels()
        guard labels.count <= Self.mostLabels else {
            throw config.error("id2label", "\(labels.count) labels are more than \(Self.mostLabels)")
        }
        activation = try config.activation("hidden_act", default: "gelu")
        channelCount = try config.pictureChannels()
        _ = try config.boolean("reshape_last_stage", default: true)
    }

    /// How wide the feed-forward network of each stage is between its two maps.
    private static func intermediateSizes(_ config: JSONObject, _ widths: ArraySlice<Int>) throws(FileError) -> [Int] {
        let ratios = try config.numbers("mlp_ratios") ?? [4, 4, 4, 4]
        guard ratios.count >= widths.count, ratios.allSatisfy({ (0.01...64).contains($0) }) else {
            throw config.error("mlp_ratios", "it must hold a number between 0.01 and 64 for each of the stages")
        }
        return zip(widths, ratios).map { max(1, Int(Double($0) * $1)) }
    }

    /// The least height and width of a picture whose maps are not empty, nor smaller than what keys and values are made of.
    var leastSide: Int {
        let side = stages.reversed().reduce(1) { needed, stage in
            (max(needed, stage.reduction) - 1) * stage.stride + stage.patchSide - stage.patchSide / 2 * 2
        }
        return max(1, side)
    }
}
