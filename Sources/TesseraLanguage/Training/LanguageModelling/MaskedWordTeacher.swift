public import TesseraFiles
internal import TesseraTensor
internal import TesseraText

/// A model of masked words that a smaller one learns from (Sanh et al., 2019, DistilBERT): what it thinks of the masked words, and its
/// hidden states.
public struct MaskedWordTeacher: Sendable {
    let encoder: TextEncoder
    /// How the student learns what it thinks of the words.
    let distillation: Distillation
    /// What the cosine distance of the student's hidden states from the teacher's is multiplied with.
    let statesWeight: Float

    /// - Parameters:
    ///   - folder: a model of masked words in the hub's layout.
    ///   - student: of the same vocabulary and, where states count, of the same hidden size.
    ///   - distillation: how the student learns what it thinks of the words.
    ///   - statesWeight: what the cosine distance of hidden states is multiplied with; 1 in DistilBERT.
    /// - Throws: `FileError` naming what is missing or does not fit.
    public init(
        _ folder: ModelFolder, student: MaskedLanguageModelFolder, distillation: Distillation = .init(),
        statesWeight: Float = 0
    ) throws(FileError) {
        let model = try TextModel(folder, .float32, allowNonFinite: false, threads: .current)
        guard model.encoder.wordHead != nil else {
            throw FileError(.badData, path: folder.name, cause: "has no head for masked words, to be a teacher of them")
        }
        try student.requireVocabulary(of: model)
        let (own, other) = (try student.hiddenSize, model.encoder.configuration.block.hiddenSize)
        guard own == other || statesWeight == 0 else {
            let cause = "its hidden states have \(other) numbers, the student's \(own): they cannot be compared"
            throw FileError(.badData, path: folder.name, cause: cause)
        }
        (encoder, self.distillation, self.statesWeight) = (model.encoder, distillation, statesWeight)
    }
}

extension MaskedLanguageModelFolder {
    /// - Throws: `FileError` naming the first token that another model has another word for.
    fileprivate func requireVocabulary(of teacher: TextModel) throws(FileError) {
        let (count, other) = (vocabularySize, teacher.encoder.configuration.vocabularySize)
        guard count == other else {
            throw FileError(.badData, path: teacher.name, cause: "has \(other) tokens, and the student \(count)")
        }
        if let id = (0..<Int32(count)).first(where: { teacher.tokenizer.token($0) != tokenizer.token($0) }) {
            throw FileError(.badData, path: teacher.name, cause: "token \(id) is another one than the student's")
        }
        guard teacher.encoder.configuration.contextLength >= tokenLimit else {
            throw FileError(.badData, path: teacher.name, cause: "reads fewer tokens than the student's \(tokenLimit)")
        }
    }
}
