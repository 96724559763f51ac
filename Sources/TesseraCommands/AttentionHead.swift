public import ArgumentParser

/// One head of one layer, both counted from 0: `5:2`.
public struct AttentionHead: ExpressibleByArgument {
    /// The layer, the first one 0.
    public let layer: Int
    /// The head, the first one 0.
    public let head: Int

    public init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let layer = parts[0], let head = parts[1], layer >= 0, head >= 0 else { return nil }
        (self.layer, self.head) = (layer, head)
    }

    /// What a drawing of it shows.
    public var caption: String { "attention of layer \(layer), head \(head)" }

    /// - Throws: `ValidationError` naming what the model has instead.
    public func check(layerCount: Int, headCount: Int) throws {
        guard layer < layerCount, head < headCount else {
            throw ValidationError(
                "--attention-head \(layer):\(head) is not there: this model has layers 0 to \(layerCount - 1) "
                    + "with heads 0 to \(headCount - 1).")
        }
    }
}
