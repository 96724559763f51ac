internal import TesseraLayers
internal import TesseraTensor

/// A residual network (He et al., 2016, Deep Residual Learning for Image Recognition): convolutions whose results are added to what they
/// were made of, on maps that become smaller and wider from stage to stage. Batch normalisations are part of the convolutions here.
struct ResNet: Layer {
    /// What it is made of.
    let configuration: ResNetConfiguration
    /// Of 7 × 7 pixels, two apart.
    var stem: Convolution2D
    /// One after the other.
    var stages: [ResNetStage]

    /// A network whose parameters a checkpoint will fill.
    init(_ configuration: ResNetConfiguration) {
        self.configuration = configuration
        stem = Convolution2D(
            inputChannels: configuration.channelCount, outputChannels: configuration.stemWidth, side: 7, stride: 2)
        let widths = [configuration.stemWidth] + configuration.stages.map(\.width)
        stages = zip(widths, configuration.stages).map { ResNetStage(inputWidth: $0, $1, configuration) }
    }

    /// Brings convolutions to the form in which they are fastest, once their weights are loaded.
    mutating func tile() {
        for stage in stages.indices {
            for block in stages[stage].blocks.indices {
                for index in stages[stage].blocks[block].convolutions.indices {
                    stages[stage].blocks[block].convolutions[index].tile()
                }
            }
        }
    }

    /// - Parameter pixels: `[batch, channels, height, width]`
    /// - Returns: `[batch, rows, columns, width of the last stage]`
    func callAsFunction(_ pixels: Tensor) -> Tensor {
        let embedded = stem(pixels.withChannelsLast, activation: configuration.activation).maxPooled(side: 3, stride: 2)
        return stages.reduce(embedded) { $1($0) }
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("stem", &stem, as: .input)
        try visitor.visit("stages", &stages)
    }
}

/// Some blocks on maps of one size.
struct ResNetStage: Layer {
    /// The first brings the map to the stage's size.
    var blocks: [ResidualBlock]

    init(inputWidth: Int, _ stage: ResNetConfiguration.Stage, _ configuration: ResNetConfiguration) {
        blocks = (0..<stage.blockCount).map { index in
            ResidualBlock(
                inputWidth: index == 0 ? inputWidth : stage.width, outputWidth: stage.width,
                stride: index == 0 ? stage.stride : 1,
                dilations: (index == 0 ? stage.firstDilation : stage.dilation, stage.dilation), configuration)
        }
    }

    /// - Parameter x: `[batch, rows, columns, width of the stage before]`
    /// - Returns: `[batch, rows, columns, width]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        // The first brings the map to the size that is expected behind the stage, whatever becomes of the result.
        blocks.dropFirst().reduce(blocks[0](x)) { Cancellation.isDue ? $0 : $1($0) }
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("blocks", &blocks)
    }
}
