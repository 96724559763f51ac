public import TesseraTensor

/// How far each row x points away from its target y, as DistilBERT's hidden states from its teacher's (Sanh et al., 2019):
///
///     L = 1 - x·y / (|x| |y|)
///     dL/dx = (x (x·y) / |x|² - y) / (|x| |y|)
///
/// Of a row of zeros both are 0.
public struct CosineDistance: Sendable {
    /// There is nothing to set.
    public init() {}

    /// - Parameters:
    ///   - x: `[rows, size]`
    ///   - targets: y, in the shape of x.
    /// - Returns: the loss of each row, and the gradient of their sum, in the shape of x.
    public func callAsFunction(_ x: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
        perRow(x, targets) { x, y, gradient in
            var (product, xx, yy) = (0.0, 0.0, 0.0)
            for column in x.indices {
                let (x, y) = (Double(x[column]), Double(y[column]))
                product += x * y
                xx += x * x
                yy += y * y
            }
            let scale = (xx * yy).squareRoot()
            guard scale > 0 else {
                gradient.update(repeating: 0)
                return 0
            }
            for column in x.indices {
                gradient[column] = Float((Double(x[column]) * product / xx - Double(y[column])) / scale)
            }
            return 1 - product / scale
        }
    }
}
