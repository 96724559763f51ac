internal import TesseraLayers
package import TesseraTensor
internal import TesseraTraining

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How the pictures and texts of a batch, p and t of length 1, are told to belong together or not, by z = exp(s) p·t (+ b).
package enum ContrastiveLoss: Sendable {
    /// CLIP's (Radford et al., 2021): of each picture the cross-entropy over the texts, of each text that over the pictures, and the mean
    /// of both. exp(s) counts as 100 where it is more.
    case softmax
    /// SigLIP's (Zhai et al., 2023): of each picture with each text the binary cross-entropy of whether they belong together.
    case sigmoid

    /// The largest s, where there is such.
    package var largestLogScale: Float? { self == .softmax ? log(100) : nil }

    /// - Parameters:
    ///   - pictures: `[batch, features]`, each row of length 1.
    ///   - texts: the same of the text that belongs to each.
    ///   - logScale: s.
    ///   - bias: b.
    package func callAsFunction(
        pictures: Tensor, texts: Tensor, logScale: Float, bias: Float
    ) -> PairComparison {
        let limit = largestLogScale ?? .infinity
        let scale = exp(min(logScale, limit))
        // dz/ds, and z where there is no bias.
        var scaled = Linear(weight: texts, bias: nil)(pictures)
        scaled *= scale
        var (losses, gradient) = losses(adding(bias, to: scaled))
        let best = scaled.largestOfRows()
        let biasGradients = sumsOfRows(gradient)
        var product = gradient
        product *= scaled
        // Above its limit s can only fall.
        let scaleGradients = sumsOfRows(product)
        let isHeld = logScale >= limit && scaleGradients.reduce(0, +) < 0
        gradient *= scale
        return PairComparison(
            losses: losses, best: best,
            pictureGradient: Linear(weight: texts.transposed(), bias: nil)(gradient),
            textGradient: Linear(weight: pictures.transposed(), bias: nil)(gradient.transposed()),
            scaleGradients: isHeld ? scaleGradients.map { _ in 0 } : scaleGradients, biasGradients: biasGradients)
    }

    /// The loss of each pair, and the gradient of their sum, `[pictures, texts]`.
    private func losses(_ z: Tensor) -> (losses: [Double], gradient: Tensor) {
        let count = z.shape[0]
        switch self {
        case .softmax:
            let labels = (0..<Int32(count)).map(\.self)
            var (ofPictures, gradient) = CrossEntropy()(z, labels: labels)
            let (ofTexts, textGradient) = CrossEntropy()(z.transposed(), labels: labels)
            gradient += textGradient.transposed()
            gradient *= 0.5
            for index in ofPictures.indices { ofPictures[index] = (ofPictures[index] + ofTexts[index]) / 2 }
            return (ofPictures, gradient)
        case .sigmoid:
            var targets = Tensor(shape: [count, count], repeating: 0)
            for index in 0..<count { targets[index, index] = 1 }
            // That is the mean of a row, and a pair's loss is the sum.
            var (losses, gradient) = BinaryCrossEntropy()(z, targets)
            for index in losses.indices { losses[index] *= Double(count) }
            gradient *= Float(count)
            return (losses, gradient)
        }
    }

    private func adding(_ bias: Float, to scaled: Tensor) -> Tensor {
        var z = scaled
        z.withMutableValues { for index in $0.indices { $0[index] += bias } }
        return z
    }

    private func sumsOfRows(_ tensor: Tensor) -> [Double] {
        let columns = tensor.shape[1]
        return tensor.withValues { values in
            (0..<tensor.shape[0]).map { row in
                values[row * columns..<(row + 1) * columns].reduce(0) { $0 + Double($1) }
            }
        }
    }
}

/// What the comparison of all pictures of a batch with all its texts says of each pair.
package struct PairComparison: Sendable {
    /// Of each pair; the loss of the batch is their mean.
    package let losses: [Double]
    /// Which text fits each picture best.
    package let best: [Int]
    /// Of the sum of the losses, with respect to what each tower made of each pair, `[batch, features]`
    package let pictureGradient, textGradient: Tensor
    /// Each picture's share of the gradients of the scale's logarithm and of the bias.
    package let scaleGradients, biasGradients: [Double]
}
