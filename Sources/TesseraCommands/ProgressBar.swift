internal import Synchronization

/// A bar with the rate and the time left, on standard error while it is a terminal; silent otherwise.
public final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var shownAt: ContinuousClock.Instant?
    }

    private let total: Int
    private let isVisible: Bool
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameters:
    ///   - total: how many items the work has.
    ///   - isQuiet: never show anything, as `--quiet` asks.
    public init(total: Int, isQuiet: Bool) {
        self.total = total
        self.isVisible = !isQuiet && total > 1 && StandardError.isTerminal
    }

    /// Counts items as done, and draws at most ten times a second.
    public func advance(by count: Int = 1) {
        guard isVisible else { return }
        let now = ContinuousClock.now
        let line: String? = state.withLock { state in
            state.done += count
            if let shownAt = state.shownAt, now - shownAt < .milliseconds(100) { return nil }
            state.shownAt = now
            return progressLine(
                done: state.done, total: total, seconds: (now - start) / .seconds(1), columns: StandardError.columns)
        }
        if let line { StandardError.showProgress(line) }
    }

    /// Takes the bar off the screen.
    public func finish() {
        if isVisible { StandardError.showProgress(nil) }
    }
}

/// `[======>     ]  640 of 1000  312/s  1 s left`, no wider than the terminal.
package func progressLine(done: Int, total: Int, seconds: Double, columns: Int) -> String {
    var figures = "\(done) of \(total)"
    if seconds > 0, done > 0 {
        let rate = Double(done) / seconds
        figures += "  \(rateText(rate))  \(durationText(Double(max(0, total - done)) / rate)) left"
    }
    // One column stays free: some terminals wrap when the last one is written.
    let room = min(40, columns - figures.utf8.count - 5)
    guard room >= 8 else { return String(figures.prefix(max(0, columns - 1))) }
    let filled = total > 0 ? min(room, room * done / total) : room
    let head = filled > 0 && filled < room ? ">" : ""
    let bar = String(repeating: "=", count: filled - head.utf8.count) + head
    return "[" + bar + String(repeating: " ", count: room - filled) + "]  " + figures
}

/// `312/s`, `4.2/s`, or seconds an item when it is slower than one a second.
package func rateText(_ itemsPerSecond: Double) -> String {
    switch itemsPerSecond {
    case 10...: "\(wholeNumber(itemsPerSecond))/s"
    case 1...: "\(wholeNumber(itemsPerSecond * 10) / 10).\(wholeNumber(itemsPerSecond * 10) % 10)/s"
    default: "\(durationText(1 / itemsPerSecond)) each"
    }
}

/// `8 s`, `2 min 05 s`, `3 h 07 min`.
package func durationText(_ seconds: Double) -> String {
    let whole = wholeNumber(seconds)
    let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(padded(whole % 60)) s"
    default: return "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
    }
}

/// Rounds what may be huge or infinite without a trap.
private func wholeNumber(_ value: Double) -> Int {
    value < 1e15 ? Int(value.rounded()) : Int(1e15)
}
