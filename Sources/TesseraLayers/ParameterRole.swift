package import TesseraTensor

/// What a parameter is for. Visitors decide by it what they do, and never by names: these are for files, and for what a user
/// names.
public struct ParameterRole: Sendable, Hashable {
    /// What its numbers are.
    public enum Kind: Sendable, Hashable {
        /// The matrix of a linear layer, `[output, input]`.
        case matrix
        /// A vector for each id, `[vocabulary, hidden]`; also where it is the matrix of a tied head.
        case table
        /// A learned token, such as the class token, `[hidden]`.
        case token
        /// Learned vectors of places, or learned biases of the distances between them.
        case position
        /// What a normalisation multiplies with, `[hidden]`: 1 at first.
        case norm
        /// What a sublayer's result is multiplied with (LayerScale), `[hidden]`.
        case scale
        /// What a normalisation adds, `[hidden]`: 0 at first.
        case shift
        /// What a linear layer adds, `[output]`: 0 at first.
        case bias
        /// What no training changes: sinusoids of positions, the statistics of batch normalisation.
        case constant
    }

    /// Where in the model it works.
    public enum Part: Sendable, Hashable {
        /// What makes tokens of the model's input: patches, convolutions.
        case input
        /// All between input and head that is not one of the following.
        case hidden
        /// The queries of an attention.
        case query
        /// The keys and values of another sequence, the encoder's output, that an attention reads.
        case memory
        /// What makes the model's output of the last hidden states.
        case head
    }

    /// What its numbers are.
    public var kind: Kind
    /// Where in the model it works.
    public var part: Part
    /// Whether it meets a row or a few at a time, as a decoder's do that reads token by token; see `Packing`.
    public var isForFewRows: Bool

    /// - Parameters:
    ///   - kind: what its numbers are.
    ///   - part: where in the model it works.
    ///   - isForFewRows: whether it meets a row or a few at a time.
    public init(_ kind: Kind, in part: Part = .hidden, isForFewRows: Bool = false) {
        (self.kind, self.part, self.isForFewRows) = (kind, part, isForFewRows)
    }
}

extension ParameterRole {
    /// Whether it is a matrix within the model: those of its input and its head are not.
    package var isHiddenMatrix: Bool { kind == .matrix && part != .input && part != .head }

    /// How a matrix in this role is packed.
    ///
    /// - Parameters:
    ///   - precision: of the model.
    ///   - parts: those that keep 16 bits where 8 are asked for.
    package func packing(_ precision: Precision, sparing parts: Set<Part> = []) -> Packing {
        Packing(precision == .int8 && parts.contains(part) ? .bfloat16 : precision, isForFewRows: isForFewRows)
    }
}
