public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText

/// A question, and the text that may hold its answer.
public struct Question: Sendable, Equatable {
    /// The question.
    public let question: String
    /// The text.
    public let context: String

    /// - Parameters:
    ///   - question: what is asked.
    ///   - context: the text that may hold the answer.
    public init(_ question: String, context: String) { (self.question, self.context) = (question, context) }
}

/// A stretch of a text that may answer a question.
public struct Answer: Sendable, Equatable {
    /// The words.
    public let answer: String
    /// How likely they are, 0 … 1; what stands in a text several times adds up.
    public let score: Float
    /// Where they stand in the text, in Unicode scalars.
    public let range: Range<Int>
}

/// What a text says to a question.
public struct Answers: Sendable, Equatable {
    /// Best first.
    public let answers: [Answer]
    /// How likely the text holds no answer.
    public let impossible: Float
}

/// Finds the answers to questions in texts (Devlin et al., 2019), with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let answerer = try QuestionAnswerer(folder: "distilbert-base-cased-distilled-squad")
/// let question = Question("Who counts the ships?", context: "The lighthouse keeper counts the ships.")
/// print(try answerer.answer([question])[0].answers[0].answer)
/// ```
///
/// A text that is longer than the model reads is read in windows that overlap, as transformers' pipeline does it.
public struct QuestionAnswerer: TextEncoderTask {
    private let model: TextModel

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try TextModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
        guard case .spans = model.encoder.configuration.head else {
            throw FileError(.badData, path: folder.name, cause: "has no head that answers questions")
        }
    }

    /// How many tokens of a question and its text are read at once; transformers' pipeline reads no more than 384 either.
    public var tokenLimit: Int { min(model.tokenLimit, 384) }

    /// The likeliest answers to each question.
    ///
    /// - Parameters:
    ///   - topK: how many answers to give.
    ///   - answerLimit: the most tokens of an answer.
    ///   - stride: how many tokens of the text a window shares with the one before; half of the window, but no more than 128, where nil.
    ///   - tokenLimit: how many tokens a window has; `tokenLimit` where nil, and never more than the model's context.
    /// - Throws: `FileError` where a question leaves no room for its text; `CancellationError` when the task is cancelled.
    public func answer(
        _ questions: [Question], topK: Int = 1, answerLimit: Int = 15, stride: Int? = nil, tokenLimit: Int? = nil
    ) throws -> [Answers] {
        let limit = model.limit(tokenLimit ?? self.tokenLimit)
        let windows = questions.map { question in
            model.tokenizer.windows(
                of: question.context, behind: question.question, limit: limit, stride: stride ?? min(limit / 2, 128))
        }
        if let index = windows.firstIndex(where: \.isEmpty) {
            let cause =
                "the question \(questions[index].question.quoted) leaves no room for its text in \(limit) tokens"
            throw FileError(.badData, path: model.name, cause: cause)
        }
        let logits = try model.outputs(ofWindows: windows, model.encoder.tokenLogits)
        return zip(questions, zip(windows, logits)).map { question, read in
            let spans = zip(read.0, read.1).map { window, logits in
                AnswerSpans(window, logits.values, count: 2 * topK + 10, answerLimit: answerLimit)
            }
            return answers(Array(question.context.unicodeScalars), spans, topK)
        }
    }

    /// The best spans of all windows; those of the same words, whatever their case, are one.
    private func answers(_ context: [Unicode.Scalar], _ windows: [AnswerSpans], _ topK: Int) -> Answers {
        var found: [(key: String, answer: Answer)] = []
        for span in windows.flatMap(\.spans) {
            let text = context.text(span.range)
            let key = text.lowercased()
            if let index = found.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
                let known = found[index].answer
                found[index].answer = Answer(answer: known.answer, score: known.score + span.score, range: known.range)
            } else {
                found.append((key, Answer(answer: text, score: span.score, range: span.range)))
            }
        }
        let order = found.indices.sorted { (found[$0].answer.score, $1) > (found[$1].answer.score, $0) }
        return Answers(
            answers: order.prefix(topK).map { found[$0].answer }, impossible: windows.map(\.impossible).min() ?? 1)
    }

    public func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention {
        try model.attention(of: text, pair: pair, limit: tokenLimit)
    }
}
