public import TesseraLayers
public import TesseraTensor

/// A stack of blocks in which every token attends to every other one.
public struct Encoder: Layer {
    /// One after the other, `[batch, tokens, hidden]` to the same.
    public var blocks: [TransformerBlock]
    /// The normalisation after the last block, where the family has one.
    public var finalNorm: Normalization?

    /// An encoder whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - layerCount: how many blocks there are.
    ///   - configuration: of each block.
    ///   - finalNorm: whether a normalisation follows the last block, as it does where blocks normalise before each sublayer.
    public init(layerCount: Int, _ configuration: BlockConfiguration, finalNorm: Bool) {
        precondition(layerCount >= 0, "an encoder cannot have \(layerCount) blocks")
        blocks = Array(repeating: TransformerBlock(configuration), count: layerCount)
        self.finalNorm = finalNorm ? configuration.makeNormalization() : nil
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil. A classifier that reads the class
    ///     token alone spares the last block most of its work.
    ///   - positions: what every block adds to where its queries and keys come from, `[tokens, hidden]`
    ///   - positionBias: what is added to the attention scores of block `i`, `[heads, tokens, tokens]`.
    ///   - rotation: what turns the queries and keys of every block, of each token.
    ///   - addition: what is added to every sequence that leaves block `i`, `[tokens, hidden]`; not behind the last block.
    ///   - observe: called before each block with its index and its input.
    /// - Returns: `[batch, output tokens, hidden]`
    public func callAsFunction(
        _ x: Tensor, outputTokens: Int? = nil, positions: Tensor? = nil,
        positionBias: (Int) -> Tensor? = { _ in nil }, mask: AttentionMask = .none, rotation: Rotation? = nil,
        addingBehindBlocks addition: (Int) -> Tensor? = { _ in nil }, observe: ((Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        Threads.takeTurn { output(of: x, outputTokens, positions, positionBias, mask, rotation, addition, observe) }
    }

    private func output(
        of x: Tensor, _ outputTokens: Int?, _ positions: Tensor?, _ positionBias: (Int) -> Tensor?,
        _ mask: AttentionMask, _ rotation: Rotation?, _ addition: (Int) -> Tensor?, _ observe: ((Int, Tensor) -> Void)?
    ) -> Tensor {
        var x = x
        for (index, block) in blocks.enumerated() {
            guard !Cancellation.isDue else {
                return Tensor(shape: [x.shape[0], outputTokens ?? x.shape[1], x.shape[2]], repeating: 0)
            }
            observe?(index, x)
            x = block(
                x, outputTokens: index == blocks.count - 1 ? outputTokens : nil, positions: positions,
                positionBias: positionBias(index), mask: mask, rotation: rotation)
            if index < blocks.count - 1, let addition = addition(index) { x.addToEachSequence(addition) }
        }
        return finalNorm.map { $0(x) } ?? x
    }

    /// What each token takes from each other one, a tensor `[batch, heads, tokens, tokens]` for every layer in `layers`.
    ///
    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - layers: of the blocks, counted from 0.
    ///   - positionBias: what is added to the attention scores of block `i`, `[heads, tokens, tokens]`.
    ///   - rotation: what turns the queries and keys of every block, of each token.
    public func attentionProbabilities(
        _ x: Tensor, layers: Range<Int>, positionBias: @escaping (Int) -> Tensor? = { _ in nil },
        mask: AttentionMask = .none, rotation: Rotation? = nil
    ) -> [Tensor] {
        var probabilities: [Tensor] = []
        let observe = { (index: Int, input: Tensor) in
            guard layers.contains(index) else { return }
            probabilities.append(
                blocks[index].attentionProbabilities(
                    input, positionBias: positionBias(index), mask: mask, rotation: rotation))
        }
        _ = self(x, positionBias: positionBias, mask: mask, rotation: rotation, observe: observe)
        return probabilities
    }

    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        fileprivate(set) var blocks: [TransformerBlock.Saved] = []
        /// How many blocks lie before these.
        fileprivate let frozenBlockCount: Int
        fileprivate let isInputTrained: Bool
        /// `[batch, output tokens, hidden]`
        fileprivate(set) var finalNormInput: Tensor?
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - gradient: what the backward pass will add to; where nil, to all parameters. Of blocks before the first that is wanted
    ///     nothing is saved.
    ///   - isInputTrained: whether the backward pass has to reach x, and the bias of every block and what is added behind it.
    ///   - random: for what `regularization` leaves out.
    /// - Returns: `[batch, output tokens, hidden]`
    public func forward(
        _ x: Tensor, outputTokens: Int? = nil, positionBias: (Int) -> Tensor? = { _ in nil },
        mask: AttentionMask = .none, addingBehindBlocks addition: (Int) -> Tensor? = { _ in nil },
        for gradient: Encoder? = nil, isInputTrained: Bool = true, regularization: Regularization = .none,
        random: RandomGenerator
    ) -> (output: Tensor, saved: Saved) {
        var x = x
        var saved = Saved(
            frozenBlockCount: isInputTrained ? 0 : gradient?.blocks.frozenCount ?? 0, isInputTrained: isInputTrained)
        for (index, block) in blocks.enumerated() {
            let (output, blockSaved) = block.forward(
                x, outputTokens: index == blocks.count - 1 ? outputTokens : nil, positionBias: positionBias(index),
                mask: mask, regularization: regularization, depth: Float(index) / Float(max(1, blocks.count - 1)),
                random: random.part(index))
            if index >= saved.frozenBlockCount { saved.blocks.append(blockSaved) }
            x = output
            if index < blocks.count - 1, let addition = addition(index) { x.addToEachSequence(addition) }
        }
        guard let finalNorm else { return (x, saved) }
        let isNormReached = isInputTrained || !saved.blocks.isEmpty || gradient?.finalNorm?.isWanted != false
        if isNormReached { saved.finalNormInput = x }
        return (finalNorm(x), saved)
    }

    /// - Parameters:
    ///   - outputGradient: `[batch, output tokens, hidden]`
    ///   - saved: what is held of a block is given up once its backward is done.
    ///   - positionBiasGradient: called with each block's index and the gradient of its bias, `[heads, tokens, tokens]`.
    ///   - additionGradient: called with the index of each block but the last and the gradient of what left it,
    ///     `[batch, tokens, hidden]`.
    /// - Returns: dx, `[batch, tokens, hidden]`; nil where x is not trained.
    public func backward(
        _ outputGradient: Tensor, _ saved: consuming Saved, into gradient: inout Encoder,
        positionBiasGradient: ((Int, Tensor) -> Void)? = nil, additionGradient: ((Int, Tensor) -> Void)? = nil
    ) -> Tensor? {
        var x = outputGradient
        if let finalNorm, let input = saved.finalNormInput {
            x = finalNorm.backward(x, input: input, into: &gradient.finalNorm!)
        }
        while let block = saved.blocks.popLast() {
            let index = saved.frozenBlockCount + saved.blocks.count
            if index < blocks.count - 1 { additionGradient?(index, x) }
            var biasGradient = positionBiasGradient.map { _ in
                Tensor(shape: [blocks[index].attention.headCount, block.tokens, block.tokens], repeating: 0)
            }
            x = blocks[index].backward(
                x, block, into: &gradient.blocks[index], positionBiasGradient: &biasGradient)
            if let biasGradient { positionBiasGradient?(index, biasGradient) }
        }
        return saved.isInputTrained ? x : nil
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("blocks", &blocks)
        try visitor.visit("finalNorm", &finalNorm)
    }
}

extension [TransformerBlock] {
    /// Of a gradient: how many blocks lie before the first that is wanted.
    fileprivate var frozenCount: Int { firstIndex(where: \.isWanted) ?? count }
}
