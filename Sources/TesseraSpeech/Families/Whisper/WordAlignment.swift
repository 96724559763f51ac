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
        // Layers that were left out have no attention to read.
        guard !Cancellation.isDue else { return [] }
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
        let present = heads.compactMap { head in attention[head.layer].map { (probabilities: $0, head: head.head) } }
        guard let (tokens, positions) = present.first.map({ ($0.probabilities.shape[1], $0.probabilities.shape[2]) })
        else { return [] }
        let weights = Threads.map(present.count) { number in
            var weights = AlignmentWeights(
                present[number].probabilities, head: present[number].head, positionCount: positionCount)
            weights.normalizePositions()
            weights.smooth(width: WordAlignment.medianWidth)
            return weights.values
        }
        var sum = weights[0]
        for other in weights.dropFirst() { for index in sum.indices { sum[index] += other[index] } }
        let width = min(positionCount, positions)
        return (0..<tokens).map { token in
            sum[token * width..<(token + 1) * width].map { $0 / Float(heads.count) }
        }
    }
}
