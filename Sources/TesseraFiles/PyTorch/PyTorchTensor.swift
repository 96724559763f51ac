/// Numbers in a file of the archive, `data/KEY`, that tensors are made of.
struct PyTorchStorage: Sendable {
    let key: String
    let type: ElementType
    /// How many numbers there are.
    let count: Int
}

/// Which numbers of a storage are a tensor's elements: several tensors may share one, and each may lie in it in any order.
struct PyTorchTensor: Sendable {
    let storage: PyTorchStorage
    /// Where in the storage the first element is.
    let offset: Int
    let shape: [Int]
    /// How far apart in the storage neighbours along each dimension are.
    let strides: [Int]
    /// The number of elements.
    let count: Int

    /// Why a tensor cannot be one.
    struct Misfit: Error { let cause: String }

    init(storage: PyTorchStorage, offset: Int, shape: [Int], strides: [Int]) throws(Misfit) {
        guard shape.count == strides.count, shape.count <= SafetensorsHeader.rankLimit, offset >= 0 else {
            throw Misfit(cause: "has a tensor with \(shape.count) sizes and \(strides.count) strides")
        }
        count = try PyTorchTensor.count(shape)
        // With more elements than there are numbers, some would be repeated: no weights are, and a small file could ask for any memory.
        guard count <= storage.count else {
            throw Misfit(cause: "has a tensor of \(shape), more than the \(storage.count) numbers of its storage")
        }
        var last = offset
        for (size, stride) in zip(shape, strides) where size > 1 && count > 0 {
            let (product, overflow) = stride.multipliedReportingOverflow(by: size - 1)
            let (sum, sumOverflow) = last.addingReportingOverflow(product)
            guard !overflow, !sumOverflow else {
                throw Misfit(cause: "has a tensor whose strides overflow: \(strides)")
            }
            last = sum
        }
        guard last < storage.count || (count == 0 && offset <= storage.count) else {
            throw Misfit(cause: "has a tensor that ends at number \(last) of a storage of \(storage.count)")
        }
        (self.storage, self.offset, self.shape, self.strides) = (storage, offset, shape, strides)
    }

    private static func count(_ shape: [Int]) throws(Misfit) -> Int {
        // Zeros are left out of the check so that no order of the factors can overflow later, nor the size in bytes.
        var size = MemoryLayout<Int64>.size
        for dimension in shape where dimension > 0 {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw Misfit(cause: "has a tensor whose size overflows: \(shape)") }
            size = product
        }
        return shape.contains(0) ? 0 : size / MemoryLayout<Int64>.size
    }

    /// Whether the elements lie one after the other, row by row.
    var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size > 1 {
            if stride != expected { return false }
            expected *= size
        }
        return true
    }

    /// How many numbers of the storage there are from the first element to the last.
    var span: Int { count == 0 ? 0 : zip(shape, strides).reduce(1) { $0 + max($1.0 - 1, 0) * ($1.0 > 1 ? $1.1 : 0) } }

    /// The places of the elements row by row, counted from the first.
    func forEachPlace(_ body: (Int) -> Void) {
        guard count > 0 else { return }
        guard let size = shape.last, let stride = strides.last else { return body(0) }
        var index = [Int](repeating: 0, count: shape.count - 1)
        for _ in 0..<count / size {
            let start = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
            for column in 0..<size { body(start + column * stride) }
            for dimension in index.indices.reversed() {
                index[dimension] += 1
                if index[dimension] < shape[dimension] { break }
                index[dimension] = 0
            }
        }
    }
}
