internal import TesseraFiles

/// The ways in which files write sizes and values of channels.
extension ImageProcessor {
    /// The same processor for pictures that it makes smaller: their sides are those of its results times `scale`.
    package func scaled(by scale: Double) -> ImageProcessor {
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
        var copy = self
        switch resize {
        case nil: break
        case .exact(let width, let height): copy.resize = .exact(width: side(width), height: side(height))
        case .shortestEdge(let edge, let longest):
            copy.resize = .shortestEdge(side(edge), longestEdge: longest.map(side))
        }
        return copy
    }

    private static let sides = 1...RGBImage.longestSide

    /// `size`: an exact size, the shortest edge with or without a limit for the longest, or one number, which classes
    /// take for the one or the other. Nil when it is absent.
    static func targetSize(
        _ settings: JSONObject, _ kind: ImageProcessorClass
    ) throws(FileError) -> TargetSize? {
        if case .object? = settings.value("size"),
            let size = try settings.object("size"), size.contains("shortest_edge")
        {
            try refuseOthers(in: size, than: ["shortest_edge", "longest_edge"])
            let shortest = try size.integer("shortest_edge", in: sides)
            let longest = size.contains("longest_edge") ? try size.integer("longest_edge", in: sides) : nil
            return .shortestEdge(shortest, longestEdge: longest)
        }
        let isSquare =
            try kind.padsBatches ? false : settings.boolean("default_to_square", default: kind.numberMeansSquare)
        if case .number? = settings.value("size"), !isSquare {
            // Detectors' settings once had the limit beside the size, and one that was not said was 1333.
            let limit = kind.padsBatches ? try settings.integer("max_size", in: sides, default: 1333) : nil
            return .shortestEdge(try settings.integer("size", in: sides), longestEdge: limit)
        }
        return try exactSize(settings, "size").map { .exact(width: $0.width, height: $0.height) }
    }

    /// An exact size: an object of `height` and `width`, a list of the two, or one number for both. Nil when absent.
    static func exactSize(_ settings: JSONObject, _ key: String) throws(FileError) -> (width: Int, height: Int)? {
        guard settings.contains(key) else { return nil }
        let size: (width: Int, height: Int)
        switch settings.value(key) {
        case .object?:
            guard let object = try settings.object(key) else { return nil }
            try refuseOthers(in: object, than: ["height", "width"])
            size = (try object.integer("width", in: sides), try object.integer("height", in: sides))
        case .array?:
            let numbers = try settings.numbers(key) ?? []
            let lengths = numbers.compactMap { Int(exactly: $0) }.filter(sides.contains)
            guard numbers.count == 2, lengths.count == 2 else {
                throw settings.error(key, "a list must hold a height and a width from 1 to \(sides.upperBound)")
            }
            size = (lengths[1], lengths[0])
        default:
            let side = try settings.integer(key, in: sides)
            size = (side, side)
        }
        guard RGBImage.admits(width: size.width, height: size.height) else {
            throw settings.error(key, "\(size.width)x\(size.height) pixels are too many")
        }
        return size
    }

    /// Three values, one a channel, or one number for all; `standard` when absent.
    static func channelValues(
        _ settings: JSONObject, _ key: String, in range: ClosedRange<Double>, default standard: [Double]
    ) throws(FileError) -> [Double] {
        guard settings.contains(key) else { return standard }
        if case .number? = settings.value(key) {
            return Array(repeating: try settings.number(key, in: range), count: 3)
        }
        let values = try settings.numbers(key) ?? []
        guard values.count == 3 else {
            throw settings.error(key, "it has \(values.count) values, but pictures have 3 channels")
        }
        guard let wrong = values.first(where: { !range.contains($0) }) else { return values }
        throw settings.error(key, "\(wrong) is not between \(range.lowerBound) and \(range.upperBound)")
    }

    /// A size that says more than is understood (`longest_edge` alone, `max_height`, `min_pixels`) is not guessed at.
    private static func refuseOthers(in size: JSONObject, than known: [String]) throws(FileError) {
        if let other = size.keys.first(where: { size.contains($0) && !known.contains($0) }) {
            throw size.error(other, "this kind of size is not supported")
        }
    }
}
