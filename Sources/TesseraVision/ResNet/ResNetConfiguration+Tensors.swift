internal import TesseraFiles

extension ResNetConfiguration {
    /// What timm's tensors tell: its names say how many blocks of which kind there are, and their shapes how wide they are.
    ///
    /// - Throws: `FileError` naming a tensor that is missing.
    init(_ checkpoint: Checkpoint, _ names: ResNetNames) throws(FileError) {
        func width(_ place: ConvolutionPlace) throws(FileError) -> Int {
            let name = place.convolution + ".weight"
            let width = checkpoint.shape(of: name)?.first ?? 0
            guard width >= Self.reduction, Self.widths.contains(width) else {
                let cause = checkpoint.contains(name) ? "has \(width) channels" : "is missing"
                throw FileError(.badData, path: checkpoint.path(of: name), cause: cause, place: "tensor \(name.quoted)")
            }
            return width
        }
        func has(_ index: Int, of block: Int, in stage: Int) -> Bool {
            checkpoint.contains(names.convolution(index, of: block, in: stage, side: 1).convolution + ".weight")
        }
        stemWidth = try width(names.stem)
        isBottleneck = has(2, of: 0, in: 0)
        stages = []
        while has(0, of: 0, in: stages.count), stages.reduce(0, { $0 + $1.blockCount }) <= Self.mostBlocks {
            let stage = stages.count
            let depth = (1...Self.mostBlocks).first { !has(0, of: $0, in: stage) } ?? Self.mostBlocks
            let last = names.convolution(isBottleneck ? 2 : 1, of: 0, in: stage, side: 1)
            stages.append(Stage(width: try width(last), blockCount: depth, stride: stage == 0 ? 1 : 2))
        }
    }
}
