internal import TesseraLayers
package import TesseraTensor

extension Encoder {
    /// Gives each batch normalisation the statistics of what reaches it when `x` `[batch, tokens, hidden]` enters: a new model
    /// then begins with columns of mean 0 and variance 1 throughout (Salimans & Kingma, 2016, data-dependent initialisation).
    package mutating func calibrateNormalizations(on x: Tensor) {
        var x = x
        for index in blocks.indices {
            var running = blocks[index].packed { _ in .float32 }
            x = running.calibrateNormalizations(on: x)
            blocks[index].attentionNorm.statistics = running.attentionNorm.statistics
            blocks[index].feedForwardNorm.statistics = running.feedForwardNorm.statistics
        }
        _ = finalNorm?.calibrate(on: x)
    }
}

extension TransformerBlock {
    /// - Returns: what the block makes of x, `[batch, tokens, hidden]`
    fileprivate mutating func calibrateNormalizations(on x: Tensor) -> Tensor {
        switch order {
        case .pre:
            let attended = attention(attentionNorm.calibrate(on: x), addingTo: x)
            return feedForward(feedForwardNorm.calibrate(on: attended), addingTo: attended)
        case .post:
            let attended = attentionNorm.calibrate(on: attention(x, addingTo: x))
            return feedForwardNorm.calibrate(on: feedForward(attended, addingTo: attended))
        }
    }
}

extension Normalization {
    /// - Returns: x, normalised.
    fileprivate mutating func calibrate(on x: Tensor) -> Tensor {
        if kind == .batchNorm { statistics = ColumnStatistics(of: x) }
        return self(x)
    }
}
