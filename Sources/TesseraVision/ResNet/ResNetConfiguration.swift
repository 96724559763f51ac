internal import TesseraFiles
internal import TesseraTensor
internal import TesseraTransformer

/// What a residual network is made of.
struct ResNetConfiguration: Sendable {
    /// Blocks on maps of one size.
    struct Stage: Sendable, Equatable {
        /// Channels of its maps.
        var width: Int
        /// How many blocks there are.
        var blockCount: Int
        /// Cells of the map before from one cell to the next.
        var stride: Int
        /// Cells from one that a window of 3 × 3 sees to the next, in the first convolution and in the others.
        var firstDilation = 1, dilation = 1
    }

    /// Of a picture.
    var channelCount = 3
    /// Channels that leave the stem.
    var stemWidth: Int
    /// One after the other.
    var stages: [Stage]
    /// Whether a block's convolution of 3 × 3 cells stands between two of single cells.
    var isBottleneck: Bool
    /// Whether the first of these takes the steps of a stage (He et al., 2016), or the one between (as torchvision's do).
    var stridesEarly = false
    /// Behind the stem, and every sum.
    var activation = Activation.relu

    /// By how much a bottleneck is narrower than the block around it.
    static let reduction = 4
    /// How many channels a map may have.
    static let widths = 1...65_536
    /// The most blocks there may be in all.
    static let mostBlocks = 256

    /// Channels of the last map.
    var width: Int { stages.last?.width ?? stemWidth }
}

extension ResNetConfiguration {
    /// Reads a config.json of transformers' `resnet`, of which a model takes the last of the features that it names.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        let (widths, depths) = (
            try config.wholeNumbers("hidden_sizes", in: Self.widths, default: [256, 512, 1024, 2048]),
            try config.wholeNumbers("depths", in: 1...1_024, default: [3, 4, 6, 3])
        )
        guard widths.count == depths.count, depths.reduce(0, +) <= Self.mostBlocks else {
            throw config.error(
                "depths", "\(depths.count) stages have \(widths.count) hidden_sizes and \(depths.reduce(0, +)) blocks")
        }
        let kind = try config.string("layer_type", default: "bottleneck")
        guard kind == "bottleneck" || kind == "basic" else {
            throw config.error("layer_type", "\(kind.quoted) is not supported: basic and bottleneck are")
        }
        channelCount = try config.pictureChannels()
        stemWidth = try config.integer("embedding_size", in: Self.widths, default: 64)
        isBottleneck = kind == "bottleneck"
        if isBottleneck, let narrow = widths.first(where: { $0 < Self.reduction }) {
            throw config.error("hidden_sizes", "\(narrow) channels are too few for bottlenecks")
        }
        stridesEarly = try config.boolean("downsample_in_bottleneck", default: false)
        activation = try config.activation("hidden_act", default: "relu")
        let firstStride = try config.boolean("downsample_in_first_stage", default: false) ? 2 : 1
        stages = zip(widths, depths).enumerated().map { index, stage in
            Stage(width: stage.0, blockCount: stage.1, stride: index == 0 ? firstStride : 2)
        }
        stages = Array(stages.prefix(try config.outputStage(of: stages.count)))
    }

    /// Stages whose steps would make the map smaller than by `outputStride` do not step: their windows see cells that lie further apart
    /// instead (Yu & Koltun, 2016, dilated convolutions).
    mutating func dilate(from outputStride: Int) {
        var (stride, dilation) = (4, 1)
        for index in stages.indices {
            stages[index].firstDilation = dilation
            if stride >= outputStride {
                dilation *= stages[index].stride
                stages[index].stride = 1
            } else {
                stride *= stages[index].stride
            }
            stages[index].dilation = dilation
        }
    }
}

extension JSONObject {
    /// The number of the last stage whose features are asked for, counted from 1.
    fileprivate func outputStage(of count: Int) throws(FileError) -> Int {
        let stages = try wholeNumbers("out_indices", in: 1...count, default: [count])
        guard case .array(let names)? = value("out_features"), case .string(let name)? = names.last else {
            return stages.last ?? count
        }
        guard let stage = (1...count).first(where: { name == "stage\($0)" }) else {
            throw error("out_features", "\(name.quoted) is not supported: stage1 to stage\(count) are")
        }
        return stage
    }
}
