public import TesseraTensor
public import TesseraTransformer

/// What an encoder of text is made of; families differ in nothing else.
public struct TextEncoderConfiguration: Sendable {
    /// What a model gives beyond its tokens' hidden states.
    public enum Head: Sendable {
        /// Nothing: the bare model.
        case none
        /// Logits of each text, from its first token through a dense layer and an activation.
        case sequence(labels: [String], scores: LabelScores, activation: Activation)
        /// Logits of each token.
        case tokens(labels: [String])
        /// Logits of each token to begin an answer, and to end it.
        case spans
        /// For each token logits of what may stand in its place.
        case words(activation: Activation)
    }

    /// The encoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks the encoder has.
    public var layerCount: Int
    /// How many tokens are known.
    public var vocabularySize: Int
    /// How many tokens a text may have.
    public var contextLength: Int
    /// How many kinds of texts a pair has; 0 where the model is not told which text a token is of.
    public var typeCount: Int
    /// What the model gives.
    public var head = Head.none
}

extension TextEncoderConfiguration.Head {
    /// The labels' names, by index; none where it classifies nothing.
    var labels: [String] {
        switch self {
        case .sequence(let labels, _, _), .tokens(let labels): labels
        case .none, .spans, .words: []
        }
    }
}
