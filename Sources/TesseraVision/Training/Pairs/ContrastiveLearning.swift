package import TesseraLayers
internal import TesseraTensor
package import TesseraTraining

/// The training of two towers on pairs of a picture and a text.
///
/// The loss couples all pairs of a batch, so that in each step the batch passes the towers twice (Gao et al., 2021, Scaling Deep Contrastive
/// Learning Batch Size under Memory Limited Setup): first only for what the towers make of it, which gives the loss and its gradient with
/// respect to each of these vectors; then a few pairs at a time with all that the backward pass needs. A large batch takes no more memory
/// than a small one, and has its exact gradient.
package struct ContrastiveLearning: TrainingObjective {
    /// What is minimised.
    package let loss: ContrastiveLoss

    package init(_ loss: ContrastiveLoss) { self.loss = loss }

    package func prepared(_ batch: PairBatch, for model: TwoTowerNetwork, microBatchSize: Int) -> PairBatch {
        let random = RandomGenerator(seed: 0)  // nothing is left out
        let parts = batch.mapParts(of: microBatchSize) { part in
            (
                pictures: model.pictureTower.forwardFeatures(part.pixels, random: random).features,
                texts: model.textTower.forward(part.texts, random: random).features
            )
        }
        let comparison = loss(
            pictures: joined(parts.map(\.pictures)), texts: joined(parts.map(\.texts)),
            logScale: model.textTower.scoreScale.values[0], bias: model.textTower.scoreBias?.values[0] ?? 0)
        return batch.compared(comparison)
    }

    package func accumulate(
        _ model: TwoTowerNetwork, _ batch: PairBatch, scale: Float, random: RandomGenerator,
        into gradient: inout TwoTowerNetwork
    ) -> LossReport {
        let (whole, range) = comparison(of: batch)
        if gradient.pictureTower.isWanted {
            let (_, saved) = model.pictureTower.forwardFeatures(
                batch.pixels, for: gradient.pictureTower, random: random)
            var features = whole.pictureGradient.rows(range)
            features *= scale
            model.pictureTower.backwardFeatures(features, saved, into: &gradient.pictureTower)
        }
        if gradient.textTower.areFeaturesWanted {
            let (_, saved) = model.textTower.forward(batch.texts, for: gradient.textTower, random: random)
            var features = whole.textGradient.rows(range)
            features *= scale
            model.textTower.backward(features, saved, into: &gradient.textTower)
        }
        gradient.textTower.scoreScale.ifWanted { $0.add(whole.scaleGradients[range], scale) }
        gradient.textTower.scoreBias?.ifWanted { $0.add(whole.biasGradients[range], scale) }
        return evaluate(model, batch)
    }

    package func evaluate(_ model: TwoTowerNetwork, _ batch: PairBatch) -> LossReport {
        let (whole, range) = comparison(of: batch)
        return LossReport(
            lossSum: whole.losses[range].reduce(0, +), correctCount: batch.foundCount, sampleCount: batch.count)
    }

    private func comparison(of batch: PairBatch) -> (whole: PairComparison, range: Range<Int>) {
        guard let comparison = batch.comparison else { preconditionFailure("a batch is prepared before its parts") }
        return (comparison.whole, comparison.range)
    }

    private func joined(_ parts: [Tensor]) -> Tensor {
        let values = parts.flatMap(\.values)
        let columns = parts.first?.shape[1] ?? 0
        return Tensor(shape: [values.count / max(1, columns), columns], values)
    }
}

extension Tensor {
    /// Adds the sum of `values`, times `scale`, to a tensor of one number.
    fileprivate mutating func add(_ values: ArraySlice<Double>, _ scale: Float) {
        withMutableValues { $0[0] += scale * Float(values.reduce(0, +)) }
    }
}
