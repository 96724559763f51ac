public import TesseraLayers
public import TesseraTensor

extension TokenDecoder {
    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        fileprivate let ids: [Int32]
        /// What the normalisation of embedded tokens read, `[batch, tokens, hidden]`
        fileprivate let embedded: Tensor?
        /// What dropout multiplied the embedded tokens with, `[batch, tokens, hidden]`
        fileprivate let embeddingMask: Tensor?
        fileprivate var blocks: [DecoderBlock.Saved] = []
        /// How many blocks lie before these.
        fileprivate let frozenBlockCount: Int
        /// What the last block gave, `[batch, tokens, hidden]`
        fileprivate var finalNormInput: Tensor
        /// What the head saw, `[batch, tokens, hidden]`
        fileprivate var headInput: Tensor?
    }

    /// The forward pass of a training, on whole sequences: the decoder is given the right tokens (teacher forcing), and each
    /// sees those before it.
    ///
    /// - Parameters:
    ///   - ids: as many of each sequence, one sequence after the other.
    ///   - memory: the encoder's output, `[batch, positions, hidden]`; nil for a decoder that stands alone.
    ///   - validMemory: which of its positions are valid, `[batch, positions]`; nil where all are.
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Of blocks before the first that is wanted
    ///     nothing is saved.
    ///   - isMemoryTrained: whether the gradient of the encoder's output is wanted.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: the logits of what follows each token, `[batch, tokens, vocabulary]`
    public func forward(
        _ ids: [Int32], sequences: Int, memory: Tensor?, validMemory: [[Bool]]? = nil,
        for gradient: TokenDecoder? = nil, isMemoryTrained: Bool = true, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (logits: Tensor, saved: Saved) {
        var (states, saved) = forwardToStates(
            ids, sequences: sequences, memory: memory, validMemory: validMemory, for: gradient,
            isMemoryTrained: isMemoryTrained, regularization: regularization, random: random)
        if headScale != 1 { states *= headScale }
        saved.headInput = states
        return (head(states), saved)
    }

    /// The same without the logits, for a model with another head: what the last block makes of each token, normalised.
    ///
    /// - Returns: `[batch, tokens, hidden]`
    public func forwardToStates(
        _ ids: [Int32], sequences: Int, memory: Tensor?, validMemory: [[Bool]]? = nil,
        for gradient: TokenDecoder? = nil, isMemoryTrained: Bool = true, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (states: Tensor, saved: Saved) {
        let length = ids.count / max(1, sequences)
        precondition(ids.count == length * sequences, "\(ids.count) ids of \(sequences) sequences")
        let embedded = embedded(ids, at: ids.indices.map { $0 % length })
            .reshaped([sequences, length, embedding.table.shape[1]])
        var x = embeddingNorm.map { $0(embedded) } ?? embedded
        let mask = regularization.mask(x.shape, depth: nil, random: random.part(-1))
        if let mask { x *= mask }
        let frozenBlockCount = isMemoryTrained ? 0 : gradient?.frozenBlockCount ?? 0
        var saved = Saved(
            ids: ids, embedded: embeddingNorm == nil ? nil : embedded, embeddingMask: mask,
            frozenBlockCount: frozenBlockCount, finalNormInput: x)
        let tokens = x.shape[1]
        let memoryMask = AttentionMask(validKeys: validMemory)
        let positionBias = relativePositions.map { $0(queries: 0..<tokens, keyCount: tokens) }
        let rotation = rotary.map { $0(Array(0..<tokens)) }
        for (index, block) in blocks.enumerated() {
            let (output, blockSaved) = block.forward(
                x, memory: memory, memoryMask: memoryMask, positionBias: positionBias, rotation: rotation,
                regularization: regularization, depth: Float(index) / Float(max(1, blocks.count - 1)),
                random: random.part(index))
            if index >= frozenBlockCount { saved.blocks.append(blockSaved) }
            x = output
        }
        saved.finalNormInput = x
        return (finalNorm.map { $0(x) } ?? x, saved)
    }

    /// Adds the gradient of every parameter to `gradient`; an embedding that also gives the logits has two parts.
    ///
    /// - Parameters:
    ///   - logitsGradient: `[batch, tokens, vocabulary]`
    ///   - saved: what is held of a block is given up once its backward is done.
    ///   - memoryGradient: what the gradient of the encoder's output is added to, `[batch, positions, hidden]`; nil where there is
    ///     no encoder, or it is not trained.
    public func backward(
        _ logitsGradient: Tensor, _ saved: consuming Saved, into gradient: inout TokenDecoder,
        memoryGradient: inout Tensor?
    ) {
        guard let input = saved.headInput else { preconditionFailure("the forward pass made no logits") }
        var x: Tensor
        if isTied {
            gradient.embedding.table.withDense { head.weight.accumulate(logitsGradient, input: input, into: &$0) }
            gradient.head.bias?.ifWanted { $0.addSumOfRows(of: logitsGradient) }
            x = head.weight.backward(logitsGradient)
        } else {
            x = head.backward(logitsGradient, input: input, into: &gradient.head)
        }
        if headScale != 1 { x *= headScale }
        backwardFromStates(x, saved, into: &gradient, memoryGradient: &memoryGradient)
    }

    /// The backward pass of `forwardToStates`; see `backward`.
    ///
    /// - Parameter statesGradient: `[batch, tokens, hidden]`
    public func backwardFromStates(
        _ statesGradient: Tensor, _ saved: consuming Saved, into gradient: inout TokenDecoder,
        memoryGradient: inout Tensor?
    ) {
        var x = statesGradient
        if let finalNorm { x = finalNorm.backward(x, input: saved.finalNormInput, into: &gradient.finalNorm!) }
        // Every block reads the same bias, and adds to its gradient.
        var biasGradient: Tensor?
        if gradient.relativePositions?.isWanted == true {
            biasGradient = Tensor(shape: [blocks[0].attention.headCount, x.shape[1], x.shape[1]], repeating: 0)
        }
        while let block = saved.blocks.popLast() {
            let index = saved.frozenBlockCount + saved.blocks.count
            x = blocks[index].backward(
                x, block, into: &gradient.blocks[index], memoryGradient: &memoryGradient,
                positionBiasGradient: &biasGradient)
        }
        if let biasGradient {
            relativePositions?.accumulate(
                biasGradient, queries: 0..<biasGradient.shape[1], into: &gradient.relativePositions!)
        }
        guard gradient.isInputWanted else { return }
        if let mask = saved.embeddingMask { x *= mask }
        if let embeddingNorm, let input = saved.embedded {
            x = embeddingNorm.backward(x, input: input, into: &gradient.embeddingNorm!)
        }
        embeddingBackward(x, ids: saved.ids, into: &gradient)
    }

    /// The gradients of embedding and positions, given that of the embedded tokens, `[batch, tokens, hidden]`.
    private func embeddingBackward(_ x: Tensor, ids: [Int32], into gradient: inout TokenDecoder) {
        let (batch, tokens, hidden) = (x.shape[0], x.shape[1], x.shape[2])
        if positions != nil {
            gradient.positions!.ifWanted { $0.addPositions(x, offset: configuration.positionOffset) }
        }
        var x = x
        if embeddingScale != 1 { x *= embeddingScale }
        embedding.accumulate(x.reshaped([batch * tokens, hidden]), ids: ids, into: &gradient.embedding)
    }

    /// Of a gradient: whether what the first block read, or a bias that it read, is wanted.
    private var isInputWanted: Bool {
        embedding.isWanted || positions?.isWanted == true || embeddingNorm?.isWanted == true
            || relativePositions?.isWanted == true
    }

    /// Of a gradient: how many blocks lie before the first that a backward pass has to reach.
    private var frozenBlockCount: Int {
        isInputWanted ? 0 : blocks.firstIndex(where: \.isWanted) ?? blocks.count
    }
}

extension Tensor {
    /// Adds the gradients of each position, over all sequences, to a table's rows from `offset` on.
    ///
    /// - Parameter x: `[batch, tokens, hidden]`
    mutating func addPositions(_ x: Tensor, offset: Int) {
        let (batch, tokens, hidden) = (x.shape[0], x.shape[1], x.shape[2])
        var sum = Tensor(shape: [tokens * hidden], repeating: 0)
        sum.addSumOfRows(of: x.reshaped([batch, tokens * hidden]))
        addRows(sum.reshaped([tokens, hidden]), at: Array(offset..<offset + tokens))
    }
}
