public import TesseraTensor
public import TesseraTransformer

/// How far the logits of a decoder with a cache are from those of one pass over all tokens: the largest difference at any
/// token, as a share of the largest logit; infinite where shapes differ or a value is not a number.
///
/// The tokens are as many as the decoder takes, up to 150. A second sequence that reads other ones lies beside the first,
/// and they change places after each step.
///
/// - Parameters:
///   - memory: the encoder's output, `[1, positions, hidden]`; nil for a decoder that stands alone.
///   - valid: which positions are valid, `[1, positions]`; nil where all are.
///   - step: how many tokens are read at once.
public func cacheError(of decoder: TokenDecoder, memory: Tensor?, valid: [[Bool]]? = nil, step: Int) -> Float {
    let (count, vocabulary) = (min(150, decoder.contextLength), decoder.vocabularySize)
    let ids = (0..<count).map { Int32(($0 * 7 + 3) % vocabulary) }
    let other = ids.map { ($0 + 1) % Int32(vocabulary) }
    var whole = decoder.makeCache(memory: memory, valid: valid)
    let expected = decoder.logits(decoder.states(of: [ids], cache: &whole))
    var cache = decoder.makeCache(memory: memory, valid: valid, sequences: 2)
    var (row, values): (Int, [Float]) = (0, [])
    for start in stride(from: 0, to: count, by: step) {
        let range = start..<min(start + step, count)
        let both = [Array(ids[range]), Array(other[range])]
        let logits = decoder.logits(decoder.states(of: row == 0 ? both : both.reversed(), cache: &cache))
        values += logits.rows(row * range.count..<(row + 1) * range.count).values
        cache.keepSequences([1, 0])
        row = 1 - row
    }
    return relativeError(Tensor(shape: [count, vocabulary], values), expected)
}
