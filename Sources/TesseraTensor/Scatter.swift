// The backward of Gather.swift's copies: gradients, or what became of the elements, go back to where these came from.

extension Tensor {
    /// Adds each row of `other` `[indices, columns]` to the row of this `[rows, columns]` tensor that its index names.
    package mutating func addRows(_ other: Tensor, at indices: [Int]) {
        let columns = shape[1]
        precondition(other.count == indices.count * columns, "\(other.shape) does not fit \(indices.count) rows")
        precondition(indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a row outside \(shape)")
        other.withValues { source in
            withMutableValues { target in
                for (row, index) in indices.enumerated() {
                    let sums = target.baseAddress! + index * columns
                    let values = source.baseAddress! + row * columns
                    for column in 0..<columns { sums[column] += values[column] }
                }
            }
        }
    }

    /// Overwrites the rows at `indices` of this `[rows, columns]` tensor with those of `other` `[indices, columns]`.
    package mutating func replaceRows(_ other: Tensor, at indices: [Int]) {
        let columns = shape[1]
        precondition(other.shape == [indices.count, columns], "\(other.shape) does not fit \(indices.count) rows")
        precondition(indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a row outside \(shape)")
        other.withValues { source in
            withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for (row, index) in indices.enumerated() {
                    (target + index * columns).update(from: source + row * columns, count: columns)
                }
            }
        }
    }

    /// Adds `other` `[batch, tokens of the range, hidden]` to the tokens from `first` of this `[batch, tokens, hidden]` tensor.
    package mutating func add(_ other: Tensor, atTokensFrom first: Int) {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        let count = other.count / (batch * hidden)
        precondition(first + count <= tokens, "\(other.shape) does not fit \(shape) from token \(first)")
        guard count < tokens else {
            self += other
            return
        }
        other.withValues { source in
            withMutableValues { target in
                for item in 0..<batch {
                    let sums = target.baseAddress! + (item * tokens + first) * hidden
                    let values = source.baseAddress! + item * count * hidden
                    for index in 0..<count * hidden { sums[index] += values[index] }
                }
            }
        }
    }

    /// Adds `other` `[batch, hidden]`, times `factor`, to every token from `first` of this `[batch, tokens, hidden]` tensor.
    package mutating func addToEachToken(_ other: Tensor, from first: Int, scaledBy factor: Float) {
        let (batch, tokens, hidden) = (shape[0], shape[1], shape[2])
        precondition(other.count == batch * hidden, "\(other.shape) does not fit \(shape)")
        other.withValues { source in
            withMutableValues { target in
                for item in 0..<batch {
                    let values = source.baseAddress! + item * hidden
                    for token in first..<tokens {
                        let sums = target.baseAddress! + (item * tokens + token) * hidden
                        for column in 0..<hidden { sums[column] += factor * values[column] }
                    }
                }
            }
        }
    }
}
