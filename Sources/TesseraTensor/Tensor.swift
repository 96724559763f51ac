/// A dense, row-major array of Float32 with a shape; a value, copied when it is written to and shared.
///
/// ```swift
/// var x = Tensor(shape: [2, 3], repeating: 0)
/// x[1, 2] = 5
/// x.reshaped([3, 2]).values   // [0, 0, 0, 0, 0, 5]
/// ```
public struct Tensor: Sendable {
    /// The size of each dimension, outermost first. A scalar has an empty shape.
    public private(set) var shape: [Int]
    /// The number of elements: the product of `shape`.
    public private(set) var count: Int
    private var memory: AlignedMemory

    /// Contents are undefined: the caller writes every element before it reads one.
    package init(uninitialized shape: [Int]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor's dimensions cannot be negative: \(shape)")
        self.shape = shape
        self.count = shape.reduce(1, *)
        self.memory = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
    }

    /// A shape without elements: what a layer holds until its checkpoint is read. Reading it is a programmer's mistake.
    package init(unloaded shape: [Int]) {
        self.shape = shape
        self.count = shape.reduce(1, *)
        self.memory = Tensor.nothing
    }

    private static let nothing = AlignedMemory(byteCount: 0)

    /// Whether the elements are there: false only for a layer's parameter whose checkpoint was not read yet, and for a gradient
    /// that is not wanted.
    package var isLoaded: Bool { memory !== Tensor.nothing || count == 0 }

    /// A tensor whose elements all equal `value`.
    public init(shape: [Int], repeating value: Float) {
        self.init(uninitialized: shape)
        withMutableValues { $0.update(repeating: value) }
    }

    /// A tensor of `values` in row-major order; their count must fit `shape`.
    public init(shape: [Int], _ values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values do not fill the shape \(shape)")
        self.init(uninitialized: shape)
        withMutableValues { target in values.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) } }
    }

    /// The elements in row-major order, copied.
    public var values: [Float] { withValues { Array($0) } }

    /// The number of dimensions.
    public var rank: Int { shape.count }

    /// Calls `body` with the elements in row-major order.
    public func withValues<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(isLoaded, "the parameter \(shape) was never loaded")
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeBufferPointer(start: UnsafePointer(start), count: count))
    }

    /// Calls `body` with the elements in row-major order, to be changed in place.
    public mutating func withMutableValues<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeMutableBufferPointer(start: start, count: count))
    }

    /// The same elements under another shape of the same count; nothing is copied.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot be reshaped to \(shape)")
        var result = self
        result.shape = shape
        return result
    }

    /// The element at one index a dimension.
    public subscript(_ indices: Int...) -> Float {
        get { withValues { $0[offset(indices)] } }
        set {
            let position = offset(indices)
            withMutableValues { $0[position] = newValue }
        }
    }

    private func offset(_ indices: [Int]) -> Int {
        precondition(indices.count == rank, "\(indices.count) indices for \(rank) dimensions")
        return zip(indices, shape).reduce(0) { offset, pair in
            precondition(pair.0 >= 0 && pair.0 < pair.1, "index \(indices) outside \(shape)")
            return offset * pair.1 + pair.0
        }
    }

    private var start: UnsafeMutablePointer<Float> { memory.address.assumingMemoryBound(to: Float.self) }

    private mutating func makeUnique() {
        precondition(isLoaded, "the parameter \(shape) was never loaded")
        guard !isKnownUniquelyReferenced(&memory) else { return }
        let copy = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
        copy.address.copyMemory(from: memory.address, byteCount: count * MemoryLayout<Float>.stride)
        memory = copy
    }
}

extension Tensor: Equatable {
    public static func == (left: Tensor, right: Tensor) -> Bool {
        guard left.shape == right.shape else { return false }
        return left.withValues { a in right.withValues { b in a.elementsEqual(b) } }
    }
}

extension Tensor: CustomStringConvertible {
    public var description: String {
        let shown = withValues { $0.prefix(6).map { "\($0)" } }.joined(separator: ", ")
        return "Tensor\(shape) [\(shown)\(count > 6 ? ", …" : "")]"
    }
}
