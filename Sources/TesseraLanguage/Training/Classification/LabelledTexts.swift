internal import TesseraText
public import TesseraTraining

/// Texts to train a classifier on, brought to the tokens that it takes.
public struct LabelledTexts: TrainingData {
    /// In the order of the texts that they are made of.
    public let examples: [EncodedExample]
    /// How many texts lost their ends, since the model has no room for them.
    public let truncatedCount: Int

    public var sampleCount: Int { examples.count }

    /// - Parameters:
    ///   - texts: their labels are of the folder's, or missing.
    ///   - folder: of the model; its weights are not looked at.
    ///   - teacher: says what each text is, for a student to learn from (Hinton et al., 2015).
    /// - Throws: `FileError` where the teacher has other labels, or a text cannot be read in a pair.
    public init(
        _ texts: [LabelledText], folder: TextClassifierFolder, teacher: TextClassifier? = nil
    ) throws {
        let logits = try teacher.map { try folder.logits(of: texts, by: $0) }
        var examples: [EncodedExample] = []
        for (index, text) in texts.enumerated() {
            examples.append(
                EncodedExample(
                    text: try folder.encode(text), label: folder.index(of: text.label),
                    teacherLogits: logits?[index] ?? []))
        }
        self.examples = examples
        truncatedCount = examples.count(where: \.text.isTruncated)
    }

    public func batch(_ samples: [Int], epoch: Int) -> LabelledTextBatch {
        LabelledTextBatch(samples.map { examples[$0] })
    }
}
