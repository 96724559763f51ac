internal import TesseraFiles
package import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// An object that is known to be in a picture.
package struct AnnotatedObject: Sendable, Equatable {
    /// The index of what it is.
    package let label: Int
    /// Where it is.
    package let box: BoxShares

    package init(label: Int, box: BoxShares) { (self.label, self.box) = (label, box) }
}

/// The loss of a detector (Carion et al., 2020, DETR): each object is given the query that says it best, and what the queries say is
/// compared with that. A query without an object should say `no object`.
package struct DetectionLoss: Sendable {
    /// What counts how much when queries are given to objects: the label's probability, the distance of the boxes, their overlap.
    package var (labelCost, distanceCost, overlapCost): (Float, Float, Float) = (1, 5, 2)
    /// What counts how much in the loss, beside the label's cross-entropy.
    package var (distanceWeight, overlapWeight): (Float, Float) = (5, 2)
    /// How much `no object` counts in the cross-entropy: most queries have none.
    package var emptyWeight: Float = 0.1

    package init() {}

    /// What the sums over all pictures of a batch are divided by.
    package struct Normalizer: Sendable {
        /// Of the batch.
        let pictureCount, boxCount: Int
        /// How many objects each picture has.
        let objectCounts: [Int]

        package init(_ pictures: [[AnnotatedObject]]) {
            objectCounts = pictures.map(\.count)
            (pictureCount, boxCount) = (pictures.count, max(1, objectCounts.reduce(0, +)))
        }

        /// Weights of all queries' cross-entropies.
        func weight(queries: Int, empty: Float) -> Float {
            objectCounts.reduce(0) { $0 + Float(min($1, queries)) + empty * Float(max(0, queries - $1)) }
        }
    }

    /// The loss of one picture, times the pictures of its batch, so that the mean over these is the batch's loss.
    ///
    /// - Parameters:
    ///   - output: of this picture alone, its boxes with values from 0 to 1.
    ///   - objects: what is in it.
    ///   - normalizer: of its batch.
    /// - Returns: the loss, and its gradient for logits and boxes, in their shapes.
    package func callAsFunction(
        _ output: DetectionOutput, _ objects: [AnnotatedObject], _ normalizer: Normalizer
    ) -> (loss: Double, logits: Tensor, boxes: Tensor) {
        let (queries, labels) = (output.logits.shape[1], output.logits.shape[2])
        let boxes = output.boxes.boxShares
        let probabilities = output.logits.softmax().values
        let objectOfQuery = matches(probabilities, boxes, objects, labels)
        let pictures = Float(normalizer.pictureCount)
        let entropyScale = pictures / normalizer.weight(queries: queries, empty: emptyWeight)
        let boxScale = pictures / Float(normalizer.boxCount)
        var loss = 0.0
        var logitGradient = probabilities
        var boxGradient = [Float](repeating: 0, count: queries * 4)
        for query in 0..<queries {
            let object = objectOfQuery[query].map { objects[$0] }
            let target = query * labels + (object?.label ?? labels - 1)
            let weight = entropyScale * (object == nil ? emptyWeight : 1)
            loss -= Double(weight * log(max(probabilities[target], .leastNormalMagnitude)))
            for index in query * labels..<(query + 1) * labels { logitGradient[index] *= weight }
            logitGradient[target] -= weight
            guard let object else { continue }
            let (distance, overlap) = (boxes[query] - object.box, BoxOverlap(boxes[query], object.box))
            loss += Double(boxScale * (distanceWeight * distance.magnitude + overlapWeight * (1 - overlap.value)))
            let gradient = boxScale * (distanceWeight * distance.signs - overlapWeight * overlap.gradient)
            for axis in 0..<4 { boxGradient[query * 4 + axis] = gradient[axis] }
        }
        return (
            loss, Tensor(shape: output.logits.shape, logitGradient), Tensor(shape: output.boxes.shape, boxGradient)
        )
    }

    /// Which object each query is given.
    private func matches(
        _ probabilities: [Float], _ boxes: [BoxShares], _ objects: [AnnotatedObject], _ labels: Int
    ) -> [Int?] {
        func cost(_ query: Int, _ object: AnnotatedObject) -> Float {
            let cost =
                distanceCost * (boxes[query] - object.box).magnitude
                - labelCost * probabilities[query * labels + object.label]
                - overlapCost * BoxOverlap(boxes[query], object.box).value
            // A model whose training has come apart is still given something.
            return cost.isFinite ? cost : 1e30
        }
        var result = [Int?](repeating: nil, count: boxes.count)
        guard objects.count <= boxes.count else {
            let costs = boxes.indices.flatMap { query in objects.map { cost(query, $0) } }
            return cheapestAssignment(costs, rows: boxes.count, columns: objects.count).map { $0 }
        }
        let costs = objects.flatMap { object in boxes.indices.map { cost($0, object) } }
        let queries = cheapestAssignment(costs, rows: objects.count, columns: boxes.count)
        for (object, query) in queries.enumerated() { result[query] = object }
        return result
    }
}

extension BoxShares {
    /// The sum of the absolute values.
    fileprivate var magnitude: Float { abs(x) + abs(y) + abs(z) + abs(w) }
    /// 1, 0 or -1 on each axis.
    fileprivate var signs: BoxShares {
        BoxShares(x.signum, y.signum, z.signum, w.signum)
    }
}

extension Float {
    fileprivate var signum: Float { self > 0 ? 1 : self < 0 ? -1 : 0 }
}

extension Tensor {
    /// The boxes of the first picture, `[batch, queries, 4]`.
    package var boxShares: [BoxShares] {
        let values = values
        return (0..<shape[1]).map {
            BoxShares(values[$0 * 4], values[$0 * 4 + 1], values[$0 * 4 + 2], values[$0 * 4 + 3])
        }
    }
}
