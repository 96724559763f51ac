internal import TesseraTensor
internal import TesseraTransformer

/// A word and when it was said, in seconds from the beginning of its window.
struct AlignedWord {
    var word: String
    var tokens: [Int32]
    var start, end: Double
    var probability: Double
}

/// Finds when each word was said: the decoder's attention to the encoder's output moves along with the words, and dynamic time
/// warping reads that movement (openai/whisper, `find_alignment`).
struct WordAlignment {
    let decoder: WindowDecoder
    private var model: SpeechTransformer { decoder.model }
    private var vocabulary: WhisperVocabulary { decoder.vocabulary }

    init(_ decoder: WindowDecoder) { self.decoder = decoder }

    /// Odd; attention is smoothed over this many positions.
    private static let medianWidth = 7

    /// - Parameters:
    ///   - text: the window's tokens, without timestamps.
    ///   - window: a cache that holds the window's encoding and no token.
    ///   - positionCount: how many positions hold sound.
    ///   - positionDuration: seconds.
    func words(
        _ text: [Int32], window: KeyValueCache, positionCount: Int, positionDuration: Double, language: String?
    ) -> [AlignedWord] {
        let (words, tokens) = WordTokens(vocabulary).words(text + [vocabulary.endOfText], language: language)
        guard !text.isEmpty, tokens.count > 1, positionCount > 0 else { return [] }
        let start = decoder.startSequence
        let ids = start + [vocabulary.noTimestamps] + text + [vocabulary.endOfText]
        guard ids.count <= model.configuration.decoder.contextLength else { return [] }
        var cache = window
        var attention: [Int: Tensor] = [:]
        let heads = alignmentHeads
        let states = model.decoder.states(of: [ids], cache: &cache) { layer in
            heads.contains { $0.layer == layer } ? { attention[layer] = $0.first } : nil
        }
        let probabilities = tokenProbabilities(states, text, from: start.count)
        let matrix = averaged(heads, attention, positionCount)[start.count..<ids.count - 1]
        let path = dynamicTimeWarping(matrix.map { row in row.map { -Double($0) } })

        // Where each row of the path begins is when its token begins.
        var times: [Double] = []
        for (index, element) in path.enumerated() where index == 0 || path[index - 1].row != element.row {
            times.append(Double(element.column) * positionDuration)
        }
        var aligned: [AlignedWord] = []
        var first = 0
        for (word, tokens) in zip(words, tokens).dropLast() {
            let end = first + tokens.count
            aligned.append(
                AlignedWord(
                    word: word, tokens: tokens, start: times[first], end: times[end],
                    probability: probabilities[first..<end].reduce(0, +) / Double(tokens.count)))
            first = end
        }
        return aligned
    }

    /// The checkpoint's, or all heads of the decoder's second half.
    private var alignmentHeads: [(layer: Int, head: Int)] {
        if let heads = vocabulary.alignmentHeads { return heads }
        let decoder = model.configuration.decoder
        return (decoder.layerCount / 2..<decoder.layerCount).flatMap { layer in
            (0..<decoder.block.headCount).map { (layer, $0) }
        }
    }

    /// The probability that the model gave each token of the text, among text.
    private func tokenProbabilities(_ states: Tensor, _ text: [Int32], from first: Int) -> [Double] {
        let logits = model.decoder.logits(states.rows(first..<first + text.count))
        let among = Int(vocabulary.endOfText)
        let rows = logits.columns(0..<among).softmax()
        return text.enumerated().map { Int($1) < among ? Double(rows[$0, Int($1)]) : 0 }
    }

    /// The mean over heads of the normalised and smoothed attention, `[tokens][positions]`.
    private func averaged(
        _ heads: [(layer: Int, head: Int)], _ attention: [Int: Tensor], _ positionCount: Int
    ) -> [[Float]] {
        var sum: [[Float]] = []
        for (layer, head) in heads {
            guard let probabilities = attention[layer] else { continue }
            let (tokens, positions) = (probabilities.shape[1], probabilities.shape[2])
            let rows = probabilities.rows(head..<head + 1).values
            var weights = (0..<tokens).map { token in
                restricted(rows[token * positions..<token * positions + min(positionCount, positions)])
            }
            normalizeColumns(&weights)
            let smooth = weights.map { medianFiltered($0, width: WordAlignment.medianWidth) }
            sum = sum.isEmpty ? smooth : zip(sum, smooth).map { zip($0, $1).map { $0 + $1 } }
        }
        return sum.map { row in row.map { $0 / Float(heads.count) } }
    }

    /// The probabilities as if there were no positions but these.
    private func restricted(_ row: ArraySlice<Float>) -> [Float] {
        let sum = row.reduce(0.0) { $0 + Double($1) }
        return sum > 0 ? row.map { Float(Double($0) / sum) } : Array(row)
    }

    /// Each position's weights to mean 0 and deviation 1 over the tokens.
    private func normalizeColumns(_ weights: inout [[Float]]) {
        for column in weights[0].indices {
            let values = weights.map { Double($0[column]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            // Where all tokens look alike nothing is learned of them.
            let scale = variance > 0 ? 1 / variance.squareRoot() : 0
            for row in weights.indices { weights[row][column] = Float((values[row] - mean) * scale) }
        }
    }
}

/// The median of each element and its neighbours; the ends are mirrored.
func medianFiltered(_ values: [Float], width: Int) -> [Float] {
    let reach = width / 2
    guard values.count > reach else { return values }
    let last = values.count - 1
    return values.indices.map { index in
        let window = (index - reach...index + reach).map { place in
            values[place < 0 ? -place : place > last ? 2 * last - place : place]
        }
        return window.sorted()[reach]
    }
}
