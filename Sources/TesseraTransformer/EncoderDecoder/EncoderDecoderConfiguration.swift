/// What an encoder-decoder of token ids is made of; families differ in nothing else.
public struct EncoderDecoderConfiguration: Sendable {
    /// The encoder's blocks.
    public var encoderBlock: BlockConfiguration
    /// How many blocks the encoder has.
    public var encoderLayerCount: Int
    /// Whether a normalisation follows the encoder's last block.
    public var encoderHasFinalNorm: Bool
    /// The decoder. The encoder has its table of tokens, their scale, their normalisation and the kind of positions from it.
    public var decoder: TokenDecoderConfiguration

    /// - Parameters:
    ///   - encoderBlock: the encoder's blocks.
    ///   - encoderLayerCount: how many there are.
    ///   - encoderHasFinalNorm: whether a normalisation follows the last.
    ///   - decoder: the decoder, which attends to the encoder's output.
    public init(
        encoderBlock: BlockConfiguration, encoderLayerCount: Int, encoderHasFinalNorm: Bool,
        decoder: TokenDecoderConfiguration
    ) {
        (self.encoderBlock, self.encoderLayerCount) = (encoderBlock, encoderLayerCount)
        (self.encoderHasFinalNorm, self.decoder) = (encoderHasFinalNorm, decoder)
    }
}
