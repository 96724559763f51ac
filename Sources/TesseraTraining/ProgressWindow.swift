/// The losses and the time since the last report of progress.
struct ProgressWindow {
    private let start = ContinuousClock.now
    /// Seconds of earlier runs of the same training.
    private let earlierSeconds: Double
    private var openedAt = ContinuousClock.now
    private var losses = LossReport()
    private var pace = 0.0

    init(seconds: Double) { earlierSeconds = seconds }

    /// Seconds the training took so far.
    var seconds: Double { earlierSeconds + (ContinuousClock.now - start) / .seconds(1) }

    mutating func add(_ losses: LossReport) { self.losses += losses }

    /// Whether `interval` has passed since the last report.
    func isOpen(for interval: Duration) -> Bool { ContinuousClock.now - openedAt >= interval }

    /// Begins anew.
    ///
    /// - Returns: the losses, and the samples a second, validation and checkpoints included, smoothed over the last reports.
    mutating func close() -> (losses: LossReport, samplesPerSecond: Double) {
        let now = ContinuousClock.now
        let seconds = max((now - openedAt) / .seconds(1), 1e-9)
        let current = Double(losses.sampleCount) / seconds
        pace = pace == 0 ? current : 0.7 * pace + 0.3 * current
        defer { (losses, openedAt) = (LossReport(), now) }
        return (losses, pace)
    }
}
