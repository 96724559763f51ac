import TesseraDrawing
import TesseraFiles
import TesseraTransformer

extension Transformer {
    /// Draws what the decoder, while it writes one string backwards, takes from each letter of it: the mean of the heads of its last
    /// block's attention to the encoder's output (3.2.3).
    func drawCrossAttention(_ string: Strings, to path: String) throws {
        var cache = decoder.makeCache(memory: encoder(embedded(string)))
        var weights: [Float] = []
        _ = decoder.states(of: [string.prefixes], cache: &cache) { block in
            // [heads, written, read] of the one string
            block < decoder.blocks.count - 1 ? nil : { weights = mean(ofHeads: $0[0].values) }
        }
        let letters = text(string.ids[0]).map(String.init)
        let drawing = TokenAttentionDrawing(
            weights: weights, queries: letters.reversed() + ["end"], keys: letters, title: "Where the decoder looks",
            caption: "a row for each letter that it writes, a column for each that was read")
        try writeAtomically(to: path, try drawing.png())
    }

    private func mean(ofHeads weights: [Float]) -> [Float] {
        let heads = decoder.blocks[0].attention.headCount
        let count = weights.count / heads
        return (0..<count).map { pair in
            stride(from: pair, to: weights.count, by: count).reduce(0) { $0 + weights[$1] } / Float(heads)
        }
    }
}
