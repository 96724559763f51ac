/// What each pixel of a picture is part of.
public struct Segmentation: Sendable, Equatable {
    /// How much of a picture a label has.
    public struct Part: Sendable, Equatable {
        /// The label's name.
        public let label: String
        /// The label's index.
        public let index: Int
        /// How many pixels it has, at least 1.
        public let pixelCount: Int
        /// Its share of the picture's pixels, 0 … 1.
        public let share: Float
    }

    /// The picture's, in pixels.
    public let width, height: Int
    /// The index of each pixel's label, row by row from the top, `[height, width]`.
    public let labelMap: [UInt16]
    /// The labels that are there, the largest part first.
    public let parts: [Part]
    /// How many labels there are in all.
    public let labelCount: Int

    /// - Parameters:
    ///   - width: the picture's, in pixels.
    ///   - height: the picture's, in pixels.
    ///   - labelMap: the index of each pixel's label, `[height, width]`.
    ///   - labels: the labels' names, by index.
    public init(width: Int, height: Int, labelMap: [UInt16], labels: [String]) {
        precondition(width > 0 && height > 0 && labelMap.count == width * height, "a label for each pixel")
        (self.width, self.height, self.labelMap, labelCount) = (width, height, labelMap, labels.count)
        var counts = [Int](repeating: 0, count: labels.count)
        for index in labelMap { counts[Int(index)] += 1 }
        let present = counts.enumerated().filter { $0.element > 0 }
        parts = present.sorted { ($0.element, $1.offset) > ($1.element, $0.offset) }.map { index, count in
            Part(label: labels[index], index: index, pixelCount: count, share: Float(count) / Float(labelMap.count))
        }
    }
}
