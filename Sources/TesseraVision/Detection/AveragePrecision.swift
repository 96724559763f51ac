/// How well a detector finds objects, as COCO measures it (Lin et al., 2014): the mean over labels of the area under the curve of precision
/// over recall, at overlaps of 0.5, 0.55 … 0.95 that a box must reach to count as found.
package struct AveragePrecision: Sendable {
    /// Over all overlaps, and at 0.5 alone; 0 … 1.
    package let mean, atHalf: Double

    /// - Parameter pictures: what was found in each and what is there.
    package init(_ pictures: [(found: [DetectedObject], objects: [(label: Int, box: BoundingBox)])]) {
        let labels = Set(pictures.flatMap { $0.objects.map(\.label) }).sorted()
        let overlaps = (0..<10).map { 0.5 + 0.05 * Double($0) }
        let table = overlaps.map { overlap in
            labels.map { AveragePrecision.area(pictures, label: $0, overlap: overlap) }.mean
        }
        (mean, atHalf) = (table.mean, table[0])
    }

    /// The best so many objects of a picture count.
    private static let mostOfAPicture = 100

    /// The area under the curve of one label, at 101 recalls.
    private static func area(
        _ pictures: [(found: [DetectedObject], objects: [(label: Int, box: BoundingBox)])], label: Int, overlap: Double
    ) -> Double {
        var hits: [(score: Float, isRight: Bool)] = []
        var objectCount = 0
        for picture in pictures {
            let objects = picture.objects.filter { $0.label == label }.map(\.box)
            objectCount += objects.count
            let best = picture.found.filter { $0.index == label }.sorted { $0.score > $1.score }.prefix(mostOfAPicture)
            hits += zip(best.map(\.score), matches(best.map(\.box), objects, overlap)).map { ($0, $1) }
        }
        // Ties keep the order of the pictures.
        let ordered = hits.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }
        return area(of: ordered.map(\.element.isRight), objectCount)
    }

    /// For each box, best first, whether it finds an object that no better one has.
    private static func matches(_ boxes: [BoundingBox], _ objects: [BoundingBox], _ overlap: Double) -> [Bool] {
        var isTaken = [Bool](repeating: false, count: objects.count)
        return boxes.map { box in
            let candidates = objects.indices.filter { !isTaken[$0] && box.overlap(with: objects[$0]) >= overlap }
            guard let best = candidates.max(by: { box.overlap(with: objects[$0]) < box.overlap(with: objects[$1]) })
            else { return false }
            isTaken[best] = true
            return true
        }
    }

    private static func area(of hits: [Bool], _ objectCount: Int) -> Double {
        var (found, points): (Int, [(recall: Double, precision: Double)]) = (0, [])
        for (index, isRight) in hits.enumerated() {
            if isRight { found += 1 }
            points.append((Double(found) / Double(objectCount), Double(found) / Double(index + 1)))
        }
        // The precision at a recall is the best that is reached at this one or a higher one.
        for index in points.indices.dropLast().reversed() {
            points[index].precision = max(points[index].precision, points[index + 1].precision)
        }
        return (0...100).map { step in
            points.first { $0.recall >= Double(step) / 100 - 1e-12 }?.precision ?? 0
        }.mean
    }
}

extension BoundingBox {
    /// The intersection over the union.
    package func overlap(with other: BoundingBox) -> Double {
        let width = Double(min(xmax, other.xmax)) - Double(max(xmin, other.xmin))
        let height = Double(min(ymax, other.ymax)) - Double(max(ymin, other.ymin))
        let shared = max(0, width) * max(0, height)
        let union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }

    private var area: Double { Double(xmax - xmin) * Double(ymax - ymin) }
}

extension [Double] {
    fileprivate var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
