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
    /// The token behind whose id positions begin to be counted, itself standing at that one; nil where they are counted from 0.
    public var paddingID: Int32?
    /// How many numbers a word has before it is brought to the hidden size; as many as that where nil.
    public var embeddingSize: Int?
    /// What the model gives.
    public var head = Head.none
}

extension TextEncoderConfiguration {
    /// How many rows the table of positions has.
    var positionCount: Int { contextLength + (paddingID.map { Int($0) + 1 } ?? 0) }

    /// The positions of a text's tokens.
    func positions(of ids: [Int32]) -> [Int32] {
        guard let paddingID else { return ids.indices.map(Int32.init) }
        var last = paddingID
        return ids.map { id in
            if id != paddingID { last += 1 }
            return id == paddingID ? paddingID : last
        }
    }
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
