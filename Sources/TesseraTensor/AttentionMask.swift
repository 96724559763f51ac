/// Which keys a query may attend to. What the loops read of it is prepared here, once for all layers that are given it.
public struct AttentionMask: Sendable {
    /// nil where all keys are valid.
    let validKeys: KeyMask?
    /// Query `i` sees keys `0 … i + offset`; `nil` without a causal mask. The offset counts the keys that come before the
    /// first query.
    public var causalOffset: Int?

    /// - Parameter validKeys: `[batch, keys]`, true where a key is valid; `nil` where all are.
    public init(validKeys: [[Bool]]? = nil, causalOffset: Int? = nil) {
        self.validKeys = validKeys.map(KeyMask.init)
        self.causalOffset = causalOffset
    }

    /// Every query sees every key.
    public static let none = AttentionMask()
    /// No query sees a later key.
    public static let causal = AttentionMask(causalOffset: 0)
}

/// Which keys of some sequences are valid, as the loops read it.
package struct KeyMask: Sendable {
    /// `[batch, keys]`
    let shape: [Int]
    private let memory: AlignedMemory

    /// - Parameter rows: as many keys of each sequence, true where a key is valid.
    package init(_ rows: [[Bool]]) {
        let count = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == count }, "masks of different lengths")
        shape = [rows.count, count]
        memory = AlignedMemory(byteCount: rows.count * count)
        let bytes = memory.address.assumingMemoryBound(to: UInt8.self)
        for (row, valid) in rows.enumerated() {
            for (key, isValid) in valid.enumerated() { bytes[row * count + key] = isValid ? 1 : 0 }
        }
    }

    /// Where the keys of one sequence begin; to be read while the mask lives.
    func start(of sequence: Int) -> UnsafePointer<UInt8> {
        UnsafePointer(memory.address.assumingMemoryBound(to: UInt8.self) + sequence * shape[1])
    }
}
