public import TesseraFiles
internal import TesseraTensor

extension Safetensors {
    /// The rows of a matrix, each number as `value` makes of it: token ids, masks.
    public func readRows<Value>(_ name: String, as value: (Float) -> Value) throws -> [[Value]] {
        let tensor = try readTensor(name)
        return (0..<tensor.shape[0]).map { tensor.rows($0..<$0 + 1).values.map(value) }
    }
}
