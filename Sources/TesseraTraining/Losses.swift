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

/// The mean squared error of each row: of its n values y and targets t,
///
///     L = Σ (y - t)² / n
///     dL/dy = 2 (y - t) / n
public struct MeanSquaredError: Sendable {
    public init() {}

    /// - Parameters:
    ///   - predictions: y, `[batch, n]`
    ///   - targets: t, `[batch, n]`
    /// - Returns: the loss of each row, and the gradient of their sum, `[batch, n]`.
    public func callAsFunction(_ predictions: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        perRow(predictions, targets) { y, targets, gradient in
            var sum = 0.0
            for column in y.indices {
                let difference = Double(y[column]) - Double(targets[column])
                sum += difference * difference
                gradient[column] = Float(2 * difference / Double(y.count))
            }
            return sum / Double(y.count)
        }
    }
}

/// Calls `body` with each row of the predictions, of the targets and of the gradient, for the row's loss.
private func perRow(
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
