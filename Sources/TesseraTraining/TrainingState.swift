internal import TesseraFiles

/// Where a training stands, beside its tensors: what `state.json` holds.
struct TrainingState: Sendable, Equatable {
    /// Steps that are done; the epoch and the place in its order of samples follow from it.
    var step = 0
    /// Seconds it took so far.
    var seconds = 0.0
    /// The losses since the last line of `metrics.jsonl`.
    var unwritten = LossReport()
    /// How long `metrics.jsonl` is.
    var metricsByteCount = 0
    var best: ValidationFigures?

    init() {}

    init(_ json: JSONObject) throws(FileError) {
        step = try json.integer("step", in: 0...Int.max)
        seconds = try json.number("seconds", in: 0...1e12)
        metricsByteCount = try json.integer("metrics_bytes", in: 0...Int.max)
        if let losses = try json.object("unwritten") {
            unwritten = LossReport(
                lossSum: try losses.number("loss_sum", in: -1e300...1e300),
                correctCount: try losses.integer("correct", in: 0...Int.max),
                sampleCount: try losses.integer("samples", in: 0...Int.max))
        }
        best = try json.object("best").map { json throws(FileError) in try ValidationFigures(json) }
    }

    func write(to json: inout JSONWriter) {
        json.write(step, for: "step")
        json.write(seconds, for: "seconds")
        json.write(metricsByteCount, for: "metrics_bytes")
        json.object("unwritten") { json in
            json.write(unwritten.lossSum, for: "loss_sum")
            json.write(unwritten.correctCount, for: "correct")
            json.write(unwritten.sampleCount, for: "samples")
        }
        if let best {
            json.object("best") { json in
                json.write(best.step, for: "step")
                json.write(best.epoch, for: "epoch")
                json.write(best.loss, for: "loss")
                json.write(best.accuracy, for: "accuracy")
            }
        }
    }
}

extension ValidationFigures {
    fileprivate init(_ json: JSONObject) throws(FileError) {
        self.init(
            step: try json.integer("step", in: 0...Int.max), epoch: try json.integer("epoch", in: 0...Int.max),
            loss: try json.number("loss", in: -1e300...1e300), accuracy: try json.number("accuracy", in: 0...1))
    }
}
