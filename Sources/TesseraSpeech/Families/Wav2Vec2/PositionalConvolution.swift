package import TesseraLayers
internal import TesseraTensor

/// Where a frame stands, told by the frames around it: a convolution within groups of features, whose activation is added
/// (Mohamed et al., 2019).
package struct PositionalConvolution: Layer {
    private let activation: Activation
    /// Frames that each sees.
    private let size: Int
    /// Each maps its share of the features to itself.
    var groups: [ValidConvolution1D]

    /// A layer whose parameters a checkpoint will fill.
    init(_ configuration: WaveformConfiguration) {
        activation = configuration.convolutionActivation
        size = configuration.positionSize
        let features = configuration.block.hiddenSize / configuration.positionGroupCount
        groups = Array(
            repeating: ValidConvolution1D(inputChannels: features, outputChannels: features, size: size, stride: 1),
            count: configuration.positionGroupCount)
    }

    /// - Parameter x: `[batch, frames, hidden]`
    /// - Returns: x and what its frames have around them, `[batch, frames, hidden]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        let (batch, frames) = (x.shape[0], x.shape[1])
        let padded = x.groupedFeatures(groups.count, before: size / 2, behind: size - 1 - size / 2)
        let parts = Threads.map(groups.count * batch) { part in
            let (item, group) = part.quotientAndRemainder(dividingBy: groups.count)
            return groups[group](padded.rows(item * groups.count + group), activation: activation)
        }
        var result = x
        result.addGroupedFeatures(parts, frames: frames)
        return result
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("groups", &groups, as: .input)
    }
}

extension Tensor {
    /// The features of `[batch, frames, hidden]` in groups, each a sequence of its own between frames of zeros:
    /// `[batch * groups, before + frames + behind, hidden / groups]`.
    fileprivate func groupedFeatures(_ groups: Int, before: Int, behind: Int) -> Tensor {
        let (batch, frames, hidden) = (shape[0], shape[1], shape[2])
        let (width, length) = (hidden / groups, before + frames + behind)
        var result = Tensor(shape: [batch * groups, length, width], repeating: 0)
        withValues { source in
            result.withMutableValues { target in
                for row in 0..<batch * frames {
                    let (item, frame) = row.quotientAndRemainder(dividingBy: frames)
                    for group in 0..<groups {
                        (target.baseAddress! + ((item * groups + group) * length + before + frame) * width)
                            .update(from: source.baseAddress! + row * hidden + group * width, count: width)
                    }
                }
            }
        }
        return result
    }

    /// One of the sequences, `[frames, features]`.
    fileprivate func rows(_ index: Int) -> Tensor { rows(index..<index + 1).reshaped([shape[1], shape[2]]) }

    /// Adds what each group of features became, `[frames, features]` of each, the groups of a sequence behind each other.
    fileprivate mutating func addGroupedFeatures(_ parts: [Tensor], frames: Int) {
        let hidden = shape[2]
        let groups = parts.count / Swift.max(1, shape[0])
        let width = hidden / Swift.max(1, groups)
        withMutableValues { target in
            for (index, part) in parts.enumerated() {
                let (item, group) = index.quotientAndRemainder(dividingBy: groups)
                part.withValues { source in
                    for frame in 0..<frames {
                        let row = target.baseAddress! + (item * frames + frame) * hidden + group * width
                        for feature in 0..<width { row[feature] += source[frame * width + feature] }
                    }
                }
            }
        }
    }
}
