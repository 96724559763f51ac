internal import TesseraFiles

/// `metrics.jsonl`: a line for each step, or each few, and one for each validation.
struct Metrics: Sendable {
    private let file: LineFile
    /// Whether there is an accuracy to write down.
    private let hasLabels: Bool

    /// - Throws: `FileError.cannotCreate` where another program trains in `folder`.
    init(folder: String, hasLabels: Bool) throws(FileError) {
        file = try LineFile(joinPath(folder, "metrics.jsonl"))
        self.hasLabels = hasLabels
    }

    /// Removes lines of steps that will be repeated: those after the first `byteCount` bytes.
    ///
    /// - Returns: whether there were so many.
    func cut(to byteCount: Int) throws(FileError) -> Bool {
        try file.cut(to: byteCount)
        return try file.byteCount == byteCount
    }

    var byteCount: Int { get throws(FileError) { try file.byteCount } }

    func synchronize() throws(FileError) { try file.synchronize() }

    /// What one step, or the last of a few, was like.
    struct Step {
        let number: Int
        let epoch: Int
        let losses: LossReport
        let gradientNorm: Double
        let learningRate: Float
        let seconds: Double
    }

    func append(_ step: Step) throws(FileError) {
        try append { json in
            json.write(step.number, for: "step")
            json.write(step.epoch, for: "epoch")
            json.write(step.losses.meanLoss, for: "loss")
            if hasLabels { json.write(step.losses.accuracy, for: "accuracy") }
            json.write(step.gradientNorm, for: "gradient_norm")
            json.write(step.learningRate, for: "learning_rate")
            json.write(step.seconds, for: "seconds")
        }
    }

    func append(_ figures: ValidationFigures, seconds: Double) throws(FileError) {
        try append { json in
            json.write(figures.step, for: "step")
            json.write(figures.epoch, for: "epoch")
            json.write(figures.loss, for: "validation_loss")
            if hasLabels { json.write(figures.accuracy, for: "validation_accuracy") }
            json.write(seconds, for: "seconds")
        }
    }

    private func append(_ members: (inout JSONWriter) -> Void) throws(FileError) {
        var json = JSONWriter()
        json.object(nil, members)
        try file.append(try json.finish(path: file.path))
    }
}
