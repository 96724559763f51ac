package import TesseraLayers
package import TesseraTensor
package import TesseraTraining

/// A picture in the form that a detector takes, and what is in it.
package struct AnnotatedPixels: Sendable {
    /// `[1, 3, height, width]`
    package let pixels: Tensor
    package let objects: [AnnotatedObject]

    package init(pixels: Tensor, objects: [AnnotatedObject]) { (self.pixels, self.objects) = (pixels, objects) }
}

/// Pictures of whatever sizes, each of which passes the model alone.
package struct DetectionBatch: TrainingBatch {
    package let pictures: [AnnotatedPixels]
    /// Of the batch that these pictures are a part of.
    let normalizer: DetectionLoss.Normalizer

    package init(_ pictures: [AnnotatedPixels]) {
        self.init(pictures, DetectionLoss.Normalizer(pictures.map(\.objects)))
    }

    private init(_ pictures: [AnnotatedPixels], _ normalizer: DetectionLoss.Normalizer) {
        (self.pictures, self.normalizer) = (pictures, normalizer)
    }

    package var count: Int { pictures.count }

    package func samples(_ range: Range<Int>) -> DetectionBatch {
        DetectionBatch(Array(pictures[range]), normalizer)
    }
}

/// The training of a detector.
package struct ObjectDetection: TrainingObjective {
    package static let hasLabels = false

    /// What is minimised.
    package var loss: DetectionLoss
    /// What the forward pass leaves out at random.
    package var regularization: Regularization

    package init(loss: DetectionLoss = DetectionLoss(), regularization: Regularization = .none) {
        (self.loss, self.regularization) = (loss, regularization)
    }

    package func accumulate(
        _ model: YOLOSNetwork, _ batch: DetectionBatch, scale: Float, random: RandomGenerator,
        into gradient: inout YOLOSNetwork
    ) -> LossReport {
        var report = LossReport(sampleCount: batch.count)
        for (index, picture) in batch.pictures.enumerated() {
            let (output, saved) = model.forward(
                picture.pixels, for: gradient, regularization: regularization, random: random.part(index))
            var (loss, logits, boxes) = loss(output, picture.objects, batch.normalizer)
            logits *= scale
            boxes *= scale
            model.backward(logits: logits, boxes: boxes, saved, into: &gradient)
            report.lossSum += loss
        }
        return report
    }

    package func evaluate(_ model: YOLOSNetwork, _ batch: DetectionBatch) -> LossReport {
        let losses = batch.pictures.map { loss(model($0.pixels), $0.objects, batch.normalizer).loss }
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }
}
