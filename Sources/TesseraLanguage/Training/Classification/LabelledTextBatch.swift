public import TesseraTensor
public import TesseraText
public import TesseraTraining

/// A text's tokens, and what a model is to make of them.
public struct EncodedExample: Sendable {
    /// The tokens.
    public let text: EncodedText
    /// Which label is right; -1 where none is known.
    public let label: Int32
    /// What a teacher makes of it, a logit a label; empty where there is no teacher.
    public let teacherLogits: [Float]

    /// - Parameters:
    ///   - text: the tokens.
    ///   - label: which label is right; -1 where none is known.
    ///   - teacherLogits: what a teacher makes of it, a logit a label; empty where there is no teacher.
    public init(text: EncodedText, label: Int32, teacherLogits: [Float] = []) {
        (self.text, self.label, self.teacherLogits) = (text, label, teacherLogits)
    }
}

/// Texts that pass a model together.
public struct LabelledTextBatch: TrainingBatch {
    /// As they are dealt out to workers: each part has texts of all lengths, neighbours about the same.
    public let examples: [EncodedExample]

    /// - Parameter partCount: workers that share the batch, each of which takes the samples of one part.
    public init(_ examples: [EncodedExample], partCount: Int = Threads.current.count) {
        self.examples = dealt(examples, into: partCount) { $0.text.count }
    }

    private init(part examples: [EncodedExample]) { self.examples = examples }

    public var count: Int { examples.count }

    public func samples(_ range: Range<Int>) -> LabelledTextBatch {
        LabelledTextBatch(part: Array(examples[range]))
    }

    /// The tokens of each text.
    public var texts: [EncodedText] { examples.map(\.text) }
    /// The right label of each.
    public var labels: [Int32] { examples.map(\.label) }
    /// What counts as right of each: its label or, where it has none, what the teacher thinks likeliest.
    var rightLabels: [Int] {
        examples.map { example in
            guard example.label < 0, let best = example.teacherLogits.max() else { return Int(example.label) }
            return example.teacherLogits.firstIndex(of: best) ?? -1
        }
    }
    /// What a teacher makes of each, `[batch, labels]`; nil where there is no teacher.
    public var teacherLogits: Tensor? {
        guard let count = examples.first?.teacherLogits.count, count > 0 else { return nil }
        return Tensor(shape: [examples.count, count], examples.flatMap(\.teacherLogits))
    }
}
