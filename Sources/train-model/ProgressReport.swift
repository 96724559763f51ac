import TesseraCommands
import TesseraTraining

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a training goes, on standard error: a line that is rewritten every second on a terminal, a new one every half minute
/// elsewhere, and one that stays for each epoch.
struct ProgressReport {
    /// What samples are called: `pictures`.
    let samples: String
    /// Whether there is a share of samples that is right.
    let hasLabels: Bool
    let isQuiet: Bool
    private var shownAt = ContinuousClock.now

    init(samples: String, hasLabels: Bool, isQuiet: Bool) {
        (self.samples, self.hasLabels, self.isQuiet) = (samples, hasLabels, isQuiet)
    }

    mutating func show(_ progress: TrainingProgress) {
        guard !isQuiet else { return }
        let line = line(progress)
        if progress.isEndOfEpoch {
            StandardError.write(line)
        } else if StandardError.isTerminal {
            // One column stays free: some terminals wrap when the last one is written.
            StandardError.showProgress(String(line.prefix(max(0, StandardError.columns - 1))))
            return
        } else if ContinuousClock.now - shownAt < .seconds(30) {
            return
        } else {
            StandardError.write(line)
        }
        shownAt = .now
    }

    /// Takes the progress off the screen.
    func finish() {
        if !isQuiet, StandardError.isTerminal { StandardError.showProgress(nil) }
    }

    /// `epoch 3/50  step 1054/17600  loss 1.2345 61.2 %  1 h 02 min left  812 pictures/s  rate 9.98e-04`, and behind the loss
    /// `validation 1.1023 65.1 %` at the end of an epoch. What matters least is last, where a narrow terminal cuts.
    private func line(_ progress: TrainingProgress) -> String {
        var parts = ["epoch \(progress.epoch)/\(progress.epochs)", "step \(progress.step)/\(progress.steps)"]
        parts.append("loss " + figures(progress.loss, progress.accuracy))
        if let validation = progress.validation {
            parts.append("validation " + figures(validation.loss, validation.accuracy))
        }
        if progress.step < progress.steps { parts.append(durationText(progress.timeLeft / .seconds(1)) + " left") }
        let pace = formatted(progress.samplesPerSecond < 10 ? "%.1f" : "%.0f", progress.samplesPerSecond)
        parts += ["\(pace) \(samples)/s", "rate " + formatted("%.2e", Double(progress.learningRate))]
        return parts.joined(separator: "  ")
    }

    private func figures(_ loss: Double, _ accuracy: Double) -> String {
        formatted("%.4f", loss) + (hasLabels ? " " + formatted("%.1f", accuracy * 100) + " %" : "")
    }
}

/// printf(3) for one number.
func formatted(_ format: String, _ value: Double) -> String {
    var text = [CChar](repeating: 0, count: 400)
    _ = withVaList([value]) { vsnprintf(&text, text.count, format, $0) }
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}
