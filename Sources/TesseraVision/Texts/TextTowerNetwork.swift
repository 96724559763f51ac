internal import TesseraFiles
public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// The text tower of a checkpoint of two towers: tokens → embeddings with positions → encoder → one state → the space that texts share
/// with pictures.
public struct TextTowerNetwork: Layer {
    /// What the tower is made of.
    public let configuration: TextTowerConfiguration
    /// `[vocabulary, hidden]`
    public var words: Embedding
    /// `[positions, hidden]`
    public var positions: Tensor
    /// What the tokens pass, `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// To the space that texts share with pictures.
    public var projection: Linear
    /// The logarithm of what the product of a text and a picture is multiplied with, `[1]`.
    public var scoreScale: Tensor
    /// What is then added, `[1]`, where there is such.
    public var scoreBias: Tensor?

    /// A tower whose parameters a checkpoint will fill.
    package init(_ configuration: TextTowerConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        words = Embedding(vocabularySize: configuration.vocabularySize, hiddenSize: hidden)
        positions = Tensor(unloaded: [configuration.positionCount, hidden])
        encoder = Encoder(layerCount: configuration.layerCount, configuration.block, finalNorm: true)
        projection = Linear(
            input: hidden, output: configuration.projectionSize, bias: configuration.hasProjectionBias)
        scoreScale = Tensor(unloaded: [1])
        scoreBias = configuration.hasScoreBias ? Tensor(unloaded: [1]) : nil
    }

    /// What leaves the encoder, behind its last normalisation.
    ///
    /// - Parameter texts: the tokens of each, all of one count that the positions have room for.
    /// - Returns: `[batch, tokens, hidden]`
    public func states(of texts: [[Int32]]) -> Tensor {
        encoder(embedded(texts), mask: mask)
    }

    /// What enters the encoder, `[batch, tokens, hidden]`.
    func embedded(_ texts: [[Int32]]) -> Tensor {
        let (count, hidden) = (texts.first?.count ?? 0, configuration.block.hiddenSize)
        precondition(texts.allSatisfy { $0.count == count } && count <= configuration.positionCount)
        var x = words(texts.flatMap(\.self)).reshaped([texts.count, count, hidden])
        x.addToEachSequence(positions.rows(0..<count))
        return x
    }

    /// Which tokens see which.
    var mask: AttentionMask { configuration.isCausal ? .causal : .none }

    /// What describes each text in the space that it shares with pictures, of length 1.
    ///
    /// - Parameter texts: as for `states(of:)`.
    /// - Returns: `[batch, features]`
    public func features(of texts: [[Int32]]) -> Tensor {
        let states = states(of: texts)
        let rows = states.reshaped([states.shape[0] * states.shape[1], states.shape[2]])
        return projection(rows.gatheringRows(places(in: texts))).unitRows()
    }

    /// Texts of one length. In front of what follows the end, a causal tower sees nothing of it; others have their own padding.
    func padded(_ texts: [[Int32]]) -> [[Int32]] {
        let count = texts.map(\.count).max() ?? 0
        return texts.map { $0 + [Int32](repeating: 0, count: count - $0.count) }
    }

    /// Where the states stand that count, among those of all texts, which are of one length.
    func places(in texts: [[Int32]]) -> [Int] {
        texts.enumerated().map { text, tokens in
            let place =
                switch configuration.pooling {
                case .highestToken: tokens.max().flatMap(tokens.firstIndex(of:)) ?? 0
                case .first(let token): tokens.firstIndex(of: token) ?? 0
                case .lastPosition: tokens.count - 1
                }
            return text * tokens.count + place
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("words", &words)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("projection", &projection, as: .head)
        try visitor.visit("scoreScale", &scoreScale, as: .scale)
        try visitor.visit("scoreBias", &scoreBias, as: .shift)
    }
}

/// A family of checkpoints of two towers, as far as its text tower goes.
protocol TextTowerFamily: PublishedFamily where Network == TextTowerNetwork {
    /// How the product of a text and a picture becomes a score.
    static var scores: LabelScores { get }

    /// Reads config.json.
    ///
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject) throws(FileError) -> TextTowerConfiguration
}

extension TextTowerFamily {
    static func network(_ config: JSONObject) throws(FileError) -> TextTowerNetwork {
        TextTowerNetwork(try configuration(config))
    }
}

/// The families whose texts share a space with pictures.
let textTowerFamilies = FamilyRegistry<any TextTowerFamily.Type>(
    [CLIPTexts.self, SigLIPTexts.self, OWLTexts.self],
    purpose: ("has no text tower that is run here", others: "has one")
) { $0 }
