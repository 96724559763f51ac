// Copies of parts of tensors: rows of a table, patches of a picture, tokens of a sequence.

extension Tensor {
    /// The rows of a `[rows, columns]` tensor at `indices`, `[indices, columns]`.
    public func gatheringRows(_ indices: [Int]) -> Tensor {
        precondition(rank == 2 && indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a row outside \(shape)")
        let columns = shape[1]
        var result = Tensor(uninitialized: [indices.count, columns])
        withValues { source in
            result.withMutableValues { target in
                for (row, index) in indices.enumerated() {
                    (target.baseAddress! + row * columns).update(
                        from: source.baseAddress! + index * columns, count: columns)
                }
            }
        }
        return result
    }

    /// The part of the outermost dimension in `range`, `[range, …]`.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of \(shape)")
        let stride = shape[0] == 0 ? 0 : count / shape[0]
        var result = Tensor(uninitialized: [range.count] + shape.dropFirst())
        withValues { source in
            result.withMutableValues { target in
                _ = target.update(fromContentsOf: source[range.lowerBound * stride..<range.upperBound * stride])
            }
        }
        return result
    }

    /// The tokens in `range` of each sequence of a `[batch, tokens, hidden]` tensor, `[batch, range, hidden]`.
    public func tokens(_ range: Range<Int>) -> Tensor {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        precondition(range.lowerBound >= 0 && range.upperBound <= tokens, "tokens \(range) of \(shape)")
        var result = Tensor(uninitialized: [batch, range.count, hidden])
        withValues { source in
            result.withMutableValues { target in
                for item in 0..<batch {
                    (target.baseAddress! + item * range.count * hidden).update(
                        from: source.baseAddress! + (item * tokens + range.lowerBound) * hidden,
                        count: range.count * hidden)
                }
            }
        }
        return result
    }

    /// Overwrites the tokens from `first` on of each sequence of a `[batch, tokens, hidden]` tensor with `other`
    /// `[batch, fewer tokens, hidden]`.
    package mutating func replaceTokens(from first: Int, with other: Tensor) {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        let count = other.shape[1]
        precondition(other.shape == [batch, count, hidden] && first + count <= tokens, "\(other.shape) into \(shape)")
        other.withValues { source in
            withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for item in 0..<batch {
                    (target + (item * tokens + first) * hidden)
                        .update(from: source + item * count * hidden, count: count * hidden)
                }
            }
        }
    }

    /// The columns in `range` of a `[rows, columns]` tensor, `[rows, range]`.
    package func columns(_ range: Range<Int>) -> Tensor {
        reshaped([shape[0], shape[1], 1]).tokens(range).reshaped([shape[0], range.count])
    }

    /// Token `index` of each sequence of a `[batch, tokens, hidden]` tensor, `[batch, hidden]`.
    public func token(_ index: Int) -> Tensor {
        let (batch, tokens) = (shape[0], shape[1])
        return reshaped([batch * tokens, shape[2]]).gatheringRows((0..<batch).map { $0 * tokens + index })
    }

    /// The mean of the tokens `first…` of each sequence of a `[batch, tokens, hidden]` tensor, `[batch, hidden]`.
    public func meanOfTokens(from first: Int) -> Tensor {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        var result = Tensor(shape: [batch, hidden], repeating: 0)
        let factor = 1 / Float(tokens - first)
        withValues { source in
            result.withMutableValues { target in
                for item in 0..<batch {
                    let sums = target.baseAddress! + item * hidden
                    for token in first..<tokens {
                        let values = source.baseAddress! + (item * tokens + token) * hidden
                        for column in 0..<hidden { sums[column] += values[column] }
                    }
                    for column in 0..<hidden { sums[column] *= factor }
                }
            }
        }
        return result
    }

    /// `[rows, a]` and `[rows, b]` side by side, `[rows, a + b]`.
    public func joined(with other: Tensor) -> Tensor {
        let (rows, left, right) = (shape[0], shape[1], other.shape[1])
        precondition(other.shape[0] == rows, "\(shape) and \(other.shape) differ in rows")
        var result = Tensor(uninitialized: [rows, left + right])
        withValues { a in
            other.withValues { b in
                result.withMutableValues { target in
                    for row in 0..<rows {
                        let start = target.baseAddress! + row * (left + right)
                        start.update(from: a.baseAddress! + row * left, count: left)
                        (start + left).update(from: b.baseAddress! + row * right, count: right)
                    }
                }
            }
        }
        return result
    }

    /// The patches of a `[batch, channels, height, width]` picture, row by row, each flattened as
    /// `[channels, height, width]`: `[batch, patches, channels * height * width]`. What does not fill a patch at the right
    /// and bottom edges is left out.
    ///
    /// - Parameter strides: pixels from a patch to the one below, and to the one beside it; those of a patch where nil.
    package func patches(height: Int, width: Int, strides: (down: Int, right: Int)? = nil) -> Tensor {
        let (batch, channels, pixelRows, pixelColumns) = (shape[0], shape[1], shape[2], shape[3])
        let strides = strides ?? (height, width)
        let rows = pixelRows < height ? 0 : (pixelRows - height) / strides.down + 1
        let columns = pixelColumns < width ? 0 : (pixelColumns - width) / strides.right + 1
        var result = Tensor(uninitialized: [batch, rows * columns, channels * height * width])
        withValues { source in
            result.withMutableValues { target in
                var next = target.baseAddress!
                for item in 0..<batch {
                    for row in 0..<rows {
                        for column in 0..<columns {
                            for channel in 0..<channels {
                                let plane = source.baseAddress! + (item * channels + channel) * pixelRows * pixelColumns
                                for line in 0..<height {
                                    let start =
                                        plane + (row * strides.down + line) * pixelColumns + column * strides.right
                                    next.update(from: start, count: width)
                                    next += width
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// `leading` tokens, each `[hidden]` or some of them `[count, hidden]`, put before each sequence of a `[batch, tokens, hidden]` tensor, and `positions`
    /// `[leading + tokens, hidden]` added to each sequence.
    ///
    /// - Returns: `[batch, leading + tokens, hidden]`
    package func prepending(_ leading: [Tensor], adding positions: Tensor?) -> Tensor {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        let leadingCount = leading.reduce(0) { $0 + $1.count }
        let length = leadingCount / hidden + tokens
        precondition(positions.map { $0.count == length * hidden } ?? true, "positions do not fit \(length) tokens")
        var result = Tensor(uninitialized: [batch, length, hidden])
        withValues { source in
            result.withMutableValues { target in
                for item in 0..<batch {
                    let sequence = target.baseAddress! + item * length * hidden
                    var next = sequence
                    for token in leading {
                        token.withValues { next.update(from: $0.baseAddress!, count: token.count) }
                        next += token.count
                    }
                    next
                        .update(from: source.baseAddress! + item * tokens * hidden, count: tokens * hidden)
                    positions?.withValues { positions in
                        for index in 0..<length * hidden { sequence[index] += positions[index] }
                    }
                }
            }
        }
        return result
    }
}
