/// An object that a detector finds in a picture.
public struct DetectedObject: Sendable, Equatable {
    /// The label's name.
    public let label: String
    /// The label's index.
    public let index: Int
    /// The model's probability for it, 0 … 1.
    public let score: Float
    /// Where it is.
    public let box: BoundingBox

    /// - Parameters:
    ///   - label: its name.
    ///   - index: the label's.
    ///   - score: its probability, 0 … 1.
    ///   - box: where it is.
    public init(label: String, index: Int, score: Float, box: BoundingBox) {
        (self.label, self.index, self.score, self.box) = (label, index, score, box)
    }
}

/// A rectangle in a picture, in its pixels: x to the right, y down. It may reach beyond the picture.
public struct BoundingBox: Sendable, Equatable {
    /// Its left, upper, right and lower edge.
    public let xmin, ymin, xmax, ymax: Float

    /// - Parameters:
    ///   - xmin: the left edge.
    ///   - ymin: the upper edge.
    ///   - xmax: the right edge.
    ///   - ymax: the lower edge.
    public init(xmin: Float, ymin: Float, xmax: Float, ymax: Float) {
        (self.xmin, self.ymin, self.xmax, self.ymax) = (xmin, ymin, xmax, ymax)
    }
}
