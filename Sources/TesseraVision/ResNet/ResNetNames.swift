internal import TesseraFiles
internal import TesseraLayers

/// What checkpoints call the convolutions of a residual network, and the normalisations behind them: as transformers does, or as timm.
struct ResNetNames {
    /// Whether names are timm's.
    let isTimm: Bool
    /// What all of them begin with.
    let prefix: String

    /// The names of a checkpoint: with the first of the prefixes, in either style, under which there is a stem; where there is none, the
    /// first in that of transformers.
    init(_ checkpoint: Checkpoint, prefixes: [String]) {
        let all = prefixes.flatMap { [ResNetNames(isTimm: false, prefix: $0), ResNetNames(isTimm: true, prefix: $0)] }
        self = all.first { checkpoint.contains($0.stem.convolution + ".weight") } ?? all[0]
    }

    init(isTimm: Bool, prefix: String) { (self.isTimm, self.prefix) = (isTimm, prefix) }

    var stem: ConvolutionPlace {
        isTimm
            ? ConvolutionPlace(ours: "stem", convolution: prefix + "conv1", norm: prefix + "bn1", side: 7)
            : place("stem", prefix + "embedder.embedder", side: 7)
    }

    /// What all names of a stage begin with.
    ///
    /// - Parameter stage: counted from 0.
    func stage(_ stage: Int) -> String {
        isTimm ? "\(prefix)layer\(stage + 1)" : "\(prefix)encoder.stages.\(stage)"
    }

    /// A convolution of a block.
    func convolution(_ index: Int, of block: Int, in stage: Int, side: Int) -> ConvolutionPlace {
        let ours = "stages.\(stage).blocks.\(block).convolutions.\(index)"
        guard isTimm else { return place(ours, "\(self.stage(stage)).layers.\(block).layer.\(index)", side: side) }
        let root = "\(self.stage(stage)).\(block)"
        return ConvolutionPlace(
            ours: ours, convolution: "\(root).conv\(index + 1)", norm: "\(root).bn\(index + 1)", side: side)
    }

    private func shortcut(of block: Int, in stage: Int) -> ConvolutionPlace {
        let ours = "stages.\(stage).blocks.\(block).shortcut"
        guard isTimm else { return place(ours, "\(self.stage(stage)).layers.\(block).shortcut", side: 1) }
        let root = "\(self.stage(stage)).\(block).downsample"
        return ConvolutionPlace(ours: ours, convolution: root + ".0", norm: root + ".1", side: 1)
    }

    /// All convolutions of a network.
    func places(of network: ResNet) -> [ConvolutionPlace] {
        var places = [stem]
        for (stage, blocks) in network.stages.map(\.blocks).enumerated() {
            for (block, layers) in blocks.enumerated() {
                for (index, layer) in layers.convolutions.enumerated() {
                    places.append(convolution(index, of: block, in: stage, side: layer.side))
                }
                if layers.shortcut != nil { places.append(shortcut(of: block, in: stage)) }
            }
        }
        return places
    }

    private func place(_ ours: String, _ root: String, side: Int) -> ConvolutionPlace {
        ConvolutionPlace(ours: ours, convolution: root + ".convolution", norm: root + ".normalization", side: side)
    }
}

extension [ConvolutionPlace] {
    /// What the parameters are called once the normalisations are part of the convolutions.
    func rules(_ prefix: String) -> [(ours: String, sources: [TensorNames.Source])] {
        flatMap { place in
            [
                ("\(prefix)\(place.ours).projection.weight", [.init(place.convolution + ".weight")]),
                ("\(prefix)\(place.ours).projection.bias", [.init((place.norm ?? place.convolution) + ".bias")]),
            ]
        }
    }
}
