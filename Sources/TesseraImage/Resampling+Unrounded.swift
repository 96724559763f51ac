extension RGBImage {
    /// A window of the resized picture as PyTorch resizes numbers, `interpolate(antialias=True)`: the filters are those of `resized`,
    /// and nothing is rounded.
    ///
    /// - Returns: red, green and blue of each pixel, 0 … 255.
    func resizedUnrounded(
        width: Int, height: Int, filter: ResamplingFilter, columns: Range<Int>, rows: Range<Int>
    ) -> [Float] {
        let across = ResamplingWeights(inputSize: self.width, outputSize: width, outputs: columns, filter: filter)
        let down = ResamplingWeights(inputSize: self.height, outputSize: height, outputs: rows, filter: filter)
        let inputs = down.inputs
        let lines = cropped(columns: 0..<self.width, rows: inputs).narrowed(across)
        return combined(lines, width: columns.count, offset: inputs.lowerBound, down)
    }

    /// Each row by itself, `[height, columns, 3]`.
    private func narrowed(_ weights: ResamplingWeights) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(height * weights.first.count * 3)
        pixels.withUnsafeBufferPointer { source in
            for y in 0..<height {
                for (column, first) in weights.first.enumerated() {
                    var at = (y &* width &+ first) &* 3
                    var sum = SIMD3<Float>.zero
                    let start = column &* weights.stride
                    for weight in weights.weights[start..<start &+ weights.count[column]] {
                        sum += Float(weight) * SIMD3(Float(source[at]), Float(source[at &+ 1]), Float(source[at &+ 2]))
                        at &+= 3
                    }
                    sum *= ResamplingWeights.unit
                    result += [sum.x, sum.y, sum.z]
                }
            }
        }
        return result
    }
}

/// Sums of rows, `[rows, width, 3]`.
///
/// - Parameter offset: which row of the whole picture is the first of `lines`.
private func combined(_ lines: [Float], width: Int, offset: Int, _ weights: ResamplingWeights) -> [Float] {
    let length = width * 3
    var result = [Float](repeating: 0, count: weights.first.count * length)
    result.withUnsafeMutableBufferPointer { target in
        lines.withUnsafeBufferPointer { lines in
            for (row, first) in weights.first.enumerated() {
                for tap in 0..<weights.count[row] {
                    let weight = Float(weights.weights[row * weights.stride + tap]) * ResamplingWeights.unit
                    let start = (first - offset + tap) * length
                    for index in 0..<length { target[row &* length &+ index] += weight * lines[start &+ index] }
                }
            }
        }
    }
    return result
}
