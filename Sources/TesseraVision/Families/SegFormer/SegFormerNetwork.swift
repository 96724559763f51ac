package import TesseraLayers
package import TesseraTensor

/// Stages of blocks, and the head that puts their maps together.
package struct SegFormerNetwork: SegmentationNetwork {
    package let labels: [String]
    package let leastSide: Int
    /// One after the other.
    var stages: [SegFormerStage]
    /// To the labels.
    var head: SegFormerHead

    init(_ configuration: SegFormerConfiguration) {
        (labels, leastSide) = (configuration.labels, configuration.leastSide)
        let inputs = [configuration.channelCount] + configuration.stages.map(\.width)
        stages = zip(inputs, configuration.stages).map {
            SegFormerStage(inputChannels: $0, $1, configuration.activation)
        }
        head = SegFormerHead(configuration)
    }

    package func callAsFunction(_ pixels: Tensor) -> Tensor { Threads.takeTurn { head(maps(of: pixels)) } }

    /// What leaves each stage, `[batch, rows, columns, width]`.
    ///
    /// - Parameter pixels: `[batch, channels, height, width]`
    package func maps(of pixels: Tensor) -> [Tensor] {
        var (map, maps) = (pixels.withChannelsLast, [Tensor]())
        for stage in stages {
            map = stage(map)
            maps.append(map)
        }
        return maps
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("stages", &stages)
        try visitor.visit("head", &head, as: .head)
    }
}

/// A linear map of each stage's cells to one width, all brought to the first stage's size and mapped together, and the labels.
///
/// Bringing maps to another size and mapping their cells linearly can be done in either order. Here all linear maps before the activation
/// are one for each stage, done where its map is small; see `MergedProjections`.
struct SegFormerHead: Layer {
    /// Of each stage; the first alone has a bias.
    var projections: [Convolution2D]
    var classifier: Linear

    init(_ configuration: SegFormerConfiguration) {
        let width = configuration.headWidth
        projections = configuration.stages.enumerated().map {
            Convolution2D(inputChannels: $1.width, outputChannels: width, side: 1, bias: $0 == 0)
        }
        classifier = Linear(input: width, output: configuration.labels.count)
    }

    /// - Parameter maps: of each stage, `[batch, rows, columns, width]`
    /// - Returns: `[batch, rows, columns, labels]`, of the first map's rows and columns.
    func callAsFunction(_ maps: [Tensor]) -> Tensor {
        let others = zip(projections, maps).dropFirst().map { $0($1) }
        let sum =
            others.isEmpty ? nil : Tensor.bilinearSum(others, rows: maps[0].shape[1], columns: maps[0].shape[2])
        return classifier(projections[0](maps[0], activation: .relu, adding: sum))
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("projections", &projections)
        try visitor.visit("classifier", &classifier)
    }
}
