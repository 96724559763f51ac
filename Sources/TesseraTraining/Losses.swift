public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The cross-entropy between the classes' probabilities `p = softmax(z)` and the targets t, with label smoothing
/// (Szegedy et al., 2016): of K classes each target becomes `t ← (1 - s) t + s / K`.
///
///     L = -Σ t log p = Σ t · log Σ exp z - Σ t z
///     dL/dz = p Σ t - t
///
/// ```swift
/// let loss = CrossEntropy(labelSmoothing: 0.1)
/// let (losses, gradient) = loss(logits, targets)
/// ```
public struct CrossEntropy: Sendable {
    /// The share of every target that is spread over all classes, in `0 ..< 1`.
    public var labelSmoothing: Float

    /// - Parameter labelSmoothing: the share of every target that is spread over all classes, in `0 ..< 1`.
    public init(labelSmoothing: Float = 0) { self.labelSmoothing = labelSmoothing }

    /// - Parameters:
    ///   - logits: z, `[batch, classes]`
    ///   - targets: t, each row the probabilities of its classes, `[batch, classes]`
    /// - Returns: the loss of each row, and the gradient of their sum, `[batch, classes]`.
    public func callAsFunction(_ logits: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        perRow(logits, targets) { z, targets, gradient in
            let smoothing = Double(labelSmoothing)
            let share = smoothing / Double(z.count)
            // Without the largest logit, which changes nothing, no exponential overflows.
            let largest = Double(z.max() ?? 0)
            var (partition, targetSum, product) = (0.0, 0.0, 0.0)
            for column in z.indices {
                let t = (1 - smoothing) * Double(targets[column]) + share
                partition += exp(Double(z[column]) - largest)
                targetSum += t
                product += t * (Double(z[column]) - largest)
            }
            for column in z.indices {
                let p = exp(Double(z[column]) - largest) / partition
                let t = (1 - smoothing) * Double(targets[column]) + share
                gradient[column] = Float(p * targetSum - t)
            }
            return targetSum * log(partition) - product
        }
    }

    /// The same for targets that are one class each: the tokens of a text.
    ///
    /// - Parameters:
    ///   - logits: z, `[…, classes]`
    ///   - labels: the class of each row; a negative one leaves the row out.
    /// - Returns: the loss of each row, and the gradient of their sum, in the shape of `logits`; both 0 in rows that are left
    ///   out.
    public func callAsFunction(_ logits: Tensor, labels: [Int32]) -> (losses: [Double], gradient: Tensor) {
        let classes = logits.shape.last ?? 0
        precondition(
            logits.count == labels.count * classes && labels.allSatisfy { $0 < classes },
            "\(labels.count) labels do not fit logits \(logits.shape)")
        var gradient = logits.softmax()
        let share = labelSmoothing / Float(max(1, classes))
        let losses = logits.withValues { logits in
            gradient.withMutableValues { gradient in
                labels.enumerated().map { row, label -> Double in
                    let range = row * classes..<(row + 1) * classes
                    let z = UnsafeBufferPointer(rebasing: logits[range])
                    let p = UnsafeMutableBufferPointer(rebasing: gradient[range])
                    guard label >= 0 else {
                        p.update(repeating: 0)
                        return 0
                    }
                    // log Σ exp z, from the likeliest class: its probability is far from 0.
                    var (likeliest, sum) = (0, 0.0)
                    for column in z.indices {
                        if p[column] > p[likeliest] { likeliest = column }
                        sum += Double(z[column])
                        p[column] -= share
                    }
                    let logSum = Double(z[likeliest]) - log(Double(p[likeliest] + share))
                    p[Int(label)] -= 1 - labelSmoothing
                    let product = Double(1 - labelSmoothing) * Double(z[Int(label)]) + Double(share) * sum
                    return logSum - product
                }
            }
        }
        return (losses, gradient)
    }
}

/// The binary cross-entropy of each row: of its n logits z, each of which stands for a probability p = 1 / (1 + exp -z) of its own, and
/// of targets t that are 0, 1, or between,
///
///     L = -Σ (t log p + (1 - t) log (1 - p)) / n = Σ (max(z, 0) - t z + log (1 + exp -|z|)) / n
///     dL/dz = (p - t) / n
public struct BinaryCrossEntropy: Sendable {
    /// There is nothing to set.
    public init() {}

    /// - Parameters:
    ///   - logits: z, `[batch, n]`
    ///   - targets: t, `[batch, n]`
    /// - Returns: the loss of each row, and the gradient of their sum, `[batch, n]`.
    public func callAsFunction(_ logits: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        perRow(logits, targets) { z, targets, gradient in
            let count = Double(z.count)
            var sum = 0.0
            for column in z.indices {
                let (z, t) = (Double(z[column]), Double(targets[column]))
                sum += max(z, 0) - t * z + log1p(exp(-abs(z)))
                gradient[column] = Float((1 / (1 + exp(-z)) - t) / count)
            }
            return sum / count
        }
    }
}

/// The mean squared error of each row: of its values y and targets t, n of which are known,
///
///     L = Σ (y - t)² / n
///     dL/dy = 2 (y - t) / n
///
/// Targets that are NaN are not known: they, and rows of nothing else, have no loss.
public struct MeanSquaredError: Sendable {
    /// There is nothing to set.
    public init() {}

    /// - Parameters:
    ///   - predictions: y, `[batch, n]`
    ///   - targets: t, `[batch, n]`
    /// - Returns: the loss of each row, and the gradient of their sum, `[batch, n]`.
    public func callAsFunction(_ predictions: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        perRow(predictions, targets) { y, targets, gradient in
            let count = Double(max(1, targets.count { !$0.isNaN }))
            var sum = 0.0
            for column in y.indices {
                let difference = targets[column].isNaN ? 0 : Double(y[column]) - Double(targets[column])
                sum += difference * difference
                gradient[column] = Float(2 * difference / count)
            }
            return sum / count
        }
    }
}

/// The quantile loss, or pinball loss, of forecasts (Koenker & Bassett, 1978): of the quantile y of level q at a step whose value
/// turns out to be t,
///
///     ρ = 2 max(q (t - y), (q - 1) (t - y))
///     dρ/dy = 2 ((t ≤ y) - q)
///
/// and of a row the sum over its steps and levels, over how many they are. Half of it at level 0.5 is the absolute error. Steps whose
/// value is not known have no loss.
public struct QuantileLoss: Sendable {
    /// q above, each between 0 and 1.
    public let levels: [Double]

    /// - Parameter levels: at least one, each between 0 and 1.
    public init(levels: [Double]) {
        precondition(!levels.isEmpty && levels.allSatisfy { $0 > 0 && $0 < 1 }, "levels lie between 0 and 1")
        self.levels = levels
    }

    /// - Parameters:
    ///   - quantiles: y, all steps of one level after the other, `[batch, levels * steps]`
    ///   - targets: t, NaN where it is not known, `[batch, steps]`
    /// - Returns: the loss of each row, and the gradient of their sum, `[batch, levels * steps]`.
    public func callAsFunction(_ quantiles: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        let steps = targets.shape[1]
        precondition(
            quantiles.rank == 2 && quantiles.shape == [targets.shape[0], levels.count * steps],
            "quantiles \(quantiles.shape) do not fit targets \(targets.shape)")
        var gradient = Tensor(uninitialized: quantiles.shape)
        let share = 1 / Double(max(1, levels.count * steps))
        let losses = quantiles.withValues { quantiles in
            targets.withValues { targets in
                gradient.withMutableValues { gradient in
                    (0..<targets.count / max(1, steps)).map { row in
                        var sum = 0.0
                        for (place, level) in levels.enumerated() {
                            let start = (row * levels.count + place) * steps
                            let (above, below) = (Float(2 * share * (1 - level)), Float(-2 * share * level))
                            for step in 0..<steps {
                                let target = targets[row * steps + step]
                                let slope = target.isNaN ? 0 : target <= quantiles[start + step] ? above : below
                                gradient[start + step] = slope
                                if slope != 0 { sum += Double(slope * (quantiles[start + step] - target)) }
                            }
                        }
                        return sum
                    }
                }
            }
        }
        return (losses, gradient)
    }
}

/// Calls `body` with each row of the predictions, of the targets and of the gradient, for the row's loss.
func perRow(
    _ predictions: Tensor, _ targets: Tensor,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Double
) -> (losses: [Double], gradient: Tensor) {
    precondition(
        predictions.rank == 2 && predictions.shape == targets.shape && predictions.shape[1] > 0,
        "predictions \(predictions.shape) and targets \(targets.shape) must be [batch, values] both")
    let columns = predictions.shape[1]
    var gradient = Tensor(uninitialized: predictions.shape)
    let losses = predictions.withValues { predictions in
        targets.withValues { targets in
            gradient.withMutableValues { gradient in
                stride(from: 0, to: predictions.count, by: columns).map { start in
                    let row = start..<start + columns
                    return body(
                        UnsafeBufferPointer(rebasing: predictions[row]), UnsafeBufferPointer(rebasing: targets[row]),
                        UnsafeMutableBufferPointer(rebasing: gradient[row]))
                }
            }
        }
    }
    return (losses, gradient)
}
