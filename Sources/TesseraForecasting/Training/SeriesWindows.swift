public import TesseraSeries
internal import TesseraTensor
public import TesseraTraining

/// Windows of series as samples: some values, and those that follow them. Each column is a series for itself.
///
/// ```swift
/// // The first 8,640 rows of each column, and then the next 2,880, whose windows reach back into the first.
/// let training = SeriesWindows(histories, contextLength: 512, horizon: 96, targets: { _ in 0..<8_640 })
/// let validation = SeriesWindows(histories, contextLength: 512, horizon: 96, targets: { _ in 8_640..<11_520 })
/// ```
///
/// Windows without any known value in the context, or any in the targets, are left out.
public struct SeriesWindows: TrainingData {
    /// How many values a context holds.
    public let contextLength: Int
    /// How many targets follow it.
    public let horizon: Int
    /// Of each column; NaN where one is missing.
    private let values: [[Float]]
    private let windows: [Window]

    private struct Window: Sendable {
        let column: Int32
        /// Where the targets begin.
        let origin: Int32
    }

    /// - Parameters:
    ///   - histories: With less than 2³¹ values each.
    ///   - contextLength: How many values a context holds.
    ///   - horizon: How many targets follow it.
    ///   - shortestContext: How many values, known or not, must come before the targets; where there are less than
    ///     `contextLength`, missing ones are put before them. As many as `contextLength` where nil.
    ///   - stride: From one window to the next.
    ///   - targets: The rows that all targets of a window lie in, given how many there are; contexts reach back beyond them.
    ///   - reference: The rows whose mean and standard deviation (of the population) each column is standardised by: what
    ///     training may know. Nil leaves the values as they are.
    public init(
        _ histories: [History], contextLength: Int, horizon: Int, shortestContext: Int? = nil, stride: Int = 1,
        targets: (_ count: Int) -> Range<Int> = { 0..<$0 },
        standardizedBy reference: ((_ count: Int) -> Range<Int>)? = nil
    ) {
        let shortest = shortestContext ?? contextLength
        precondition(horizon >= 1 && stride >= 1, "a horizon and a stride have at least one step")
        precondition((1...contextLength).contains(shortest), "a context has at least one value")
        (self.contextLength, self.horizon) = (contextLength, horizon)
        values = histories.map { history in
            guard let reference else { return history.values.map { Float($0) } }
            let known = history.values[reference(history.count).clamped(to: 0..<history.count)]
            var scale = ContextScaling.standard(minimum: 0).scale(of: known)
            // Values that never change keep their unit.
            if scale.scale == 0 { scale.scale = 1 }
            return history.values.map { scale.scaled($0) }
        }
        windows = zip(values.indices, values).flatMap { column, values in
            let rows = targets(values.count).clamped(to: 0..<values.count)
            let origins = Swift.stride(
                from: max(rows.lowerBound, shortest), through: rows.upperBound - horizon, by: stride)
            let known = KnownValues(values)
            return origins.lazy
                .filter { known.isAny(in: max(0, $0 - contextLength)..<$0) && known.isAny(in: $0..<$0 + horizon) }
                .map { Window(column: Int32(column), origin: Int32($0)) }
        }
    }

    /// How many windows all columns have together: those of the first column come first, in their order.
    public var sampleCount: Int { windows.count }

    /// The windows with these numbers, the same in every epoch.
    public func batch(_ samples: [Int], epoch: Int) -> SeriesBatch {
        var contexts = Tensor(shape: [samples.count, contextLength], repeating: .nan)
        var targets = Tensor(shape: [samples.count, horizon], repeating: .nan)
        contexts.withMutableValues { contexts in
            targets.withMutableValues { targets in
                for (row, sample) in samples.enumerated() {
                    let (values, origin) = (values[Int(windows[sample].column)], Int(windows[sample].origin))
                    let context = values[max(0, origin - contextLength)..<origin]
                    let end = (row + 1) * contextLength
                    _ = contexts[end - context.count..<end].update(fromContentsOf: context)
                    _ = targets[row * horizon..<(row + 1) * horizon].update(
                        fromContentsOf: values[origin..<origin + horizon])
                }
            }
        }
        return SeriesBatch(contexts: contexts, targets: targets)
    }
}

/// How many values are known up to each row.
private struct KnownValues {
    private var counts: [Int32] = [0]

    init(_ values: [Float]) {
        counts.reserveCapacity(values.count + 1)
        for value in values { counts.append(counts[counts.count - 1] + (value.isNaN ? 0 : 1)) }
    }

    func isAny(in rows: Range<Int>) -> Bool { counts[rows.upperBound] > counts[rows.lowerBound] }
}
