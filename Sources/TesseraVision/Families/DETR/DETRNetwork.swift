internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A residual network, a Transformer on its last map, and the heads that read its queries.
struct DETRNetwork: DetectionNetwork {
    let labels: [String]
    let scores = LabelScores.softmax
    var backbone: ResNet
    /// To the Transformer's size, `[hidden, width]`.
    var projection: Linear
    var encoder: Encoder
    var decoder: SetDecoder
    /// To the labels, and behind them `no object`.
    var labelHead: Linear
    /// To a box.
    var boxHead: MultilayerPerceptron

    init(_ backbone: ResNetConfiguration, _ configuration: DETRConfiguration) {
        let hidden = configuration.encoder.hiddenSize
        labels = configuration.labels
        self.backbone = ResNet(backbone)
        projection = Linear(input: backbone.width, output: hidden)
        encoder = Encoder(layerCount: configuration.encoderLayerCount, configuration.encoder, finalNorm: false)
        decoder = SetDecoder(
            queryCount: configuration.queryCount, layerCount: configuration.decoderLayerCount, configuration.decoder,
            normalizesBetweenBlocks: configuration.normalizesBetweenBlocks)
        labelHead = Linear(input: hidden, output: labels.count + 1)
        boxHead = MultilayerPerceptron(sizes: [hidden, hidden, hidden, 4])
    }

    func callAsFunction(_ pixels: Tensor) -> DetectionOutput {
        Threads.takeTurn {
            let map = projection(backbone(pixels))
            let (batch, rows, columns, hidden) = (map.shape[0], map.shape[1], map.shape[2], map.shape[3])
            let positions = circularPositions2D(rows: rows, columns: columns, hiddenSize: hidden)
            let memory = encoder(map.reshaped([batch, rows * columns, hidden]), positions: positions)
            let states = decoder(memory, positions: positions)
            return DetectionOutput(logits: labelHead(states), boxes: boxHead(states).sigmoid())
        }
    }

    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("backbone", &backbone)
        try visitor.visit("projection", &projection)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
        try visitor.visit("labelHead", &labelHead, as: .head)
        try visitor.visit("boxHead", &boxHead, as: .head)
    }
}
