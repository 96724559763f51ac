internal import Synchronization

/// A bar with the rate and the time left, on standard error while it is a terminal; silent otherwise.
public final class ProgressBar: Sendable {
    /// What the work is counted in.
    public enum Measure: Sendable {
        /// `640 of 1000  312/s`
        case items
        /// Seconds of sound: `2 min 05 s of 1 h 12 min  12.3× real time`.
        case sound
        /// `1.2 GB of 3.4 GB  85.0 MB/s`.
        case bytes
    }

    private struct State {
        var done = 0.0
        var total: Double
        var shownAt: ContinuousClock.Instant?
    }

    /// Whether there is anybody to see it.
    public let isVisible: Bool
    private let measure: Measure
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// - Parameters:
    ///   - total: how many items the work has.
    ///   - isQuiet: never show anything, as `--quiet` asks.
    public convenience init(total: Int, isQuiet: Bool) {
        self.init(total: Double(total), of: .items, isQuiet: isQuiet || total <= 1)
    }

    /// - Parameters:
    ///   - total: how much work there is; 0 while that is not known.
    ///   - isQuiet: never show anything, as `--quiet` asks.
    public init(total: Double, of measure: Measure, isQuiet: Bool) {
        self.measure = measure
        isVisible = !isQuiet && StandardError.isTerminal
        state = Mutex(State(total: total))
    }

    /// Counts items as done, and draws at most ten times a second.
    public func advance(by count: Int = 1) {
        draw { $0.done += Double(count) }
    }

    /// Says how much is done of how much, and draws at most ten times a second.
    public func show(done: Double, of total: Double) {
        draw { ($0.done, $0.total) = (done, total) }
    }

    /// Takes the bar off the screen.
    public func finish() {
        if isVisible { StandardError.showProgress(nil) }
    }

    private func draw(_ change: (inout sending State) -> Void) {
        guard isVisible else { return }
        let now = ContinuousClock.now
        let line: String? = state.withLock { state in
            change(&state)
            if let shownAt = state.shownAt, now - shownAt < .milliseconds(100) { return nil }
            state.shownAt = now
            return progressLine(
                done: state.done, total: state.total, of: measure, seconds: (now - start) / .seconds(1),
                columns: StandardError.columns)
        }
        if let line { StandardError.showProgress(line) }
    }
}

/// `[======>     ]  640 of 1000  312/s  1 s left`, no wider than the terminal; without the bar where the total is not known.
package func progressLine(
    done: Double, total: Double, of measure: ProgressBar.Measure = .items, seconds: Double, columns: Int
) -> String {
    var figures = total > 0 ? "\(measure.text(done)) of \(measure.text(total))" : measure.text(done)
    if seconds > 0, done > 0 {
        let rate = done / seconds
        figures += "  " + measure.rateText(rate)
        if total > 0 { figures += "  \(durationText(max(0, total - done) / rate)) left" }
    }
    // One column stays free: some terminals wrap when the last one is written.
    let room = min(40, columns - figures.count - 5)
    guard room >= 8, total > 0 else { return String(figures.prefix(max(0, columns - 1))) }
    let filled = Int(Double(room) * min(1, done / total))
    let head = filled > 0 && filled < room ? ">" : ""
    let bar = String(repeating: "=", count: filled - head.count) + head
    return "[" + bar + String(repeating: " ", count: room - filled) + "]  " + figures
}

extension ProgressBar.Measure {
    fileprivate func text(_ amount: Double) -> String {
        switch self {
        case .items: "\(wholeNumber(amount))"
        case .sound: durationText(amount)
        case .bytes: byteText(amount)
        }
    }

    /// `312/s` or `12.3× real time`.
    package func rateText(_ amountPerSecond: Double) -> String {
        switch self {
        case .items:
            amountPerSecond >= 1
                ? figure(amountPerSecond, wholeFrom: 10) + "/s" : "\(durationText(1 / amountPerSecond)) each"
        case .sound: figure(amountPerSecond, wholeFrom: 100) + "× real time"
        case .bytes: byteText(amountPerSecond) + "/s"
        }
    }
}

/// `312 bytes`, `4.2 kB`, `1.5 GB`: in powers of 1000, as disks and the hub count them.
public func byteText(_ count: Double) -> String {
    let units = ["kB", "MB", "GB"]
    guard count >= 1000 else { return "\(wholeNumber(count)) bytes" }
    var (amount, unit) = (count / 1000, 0)
    while amount >= 999.5, unit < units.count - 1 { (amount, unit) = (amount / 1000, unit + 1) }
    return figure(amount, wholeFrom: 100) + " " + units[unit]
}

/// `4.2`, and without the decimal from a limit on: `312`.
private func figure(_ value: Double, wholeFrom limit: Double) -> String {
    if value >= limit { return "\(wholeNumber(value))" }
    let tenths = wholeNumber(value * 10)
    return "\(tenths / 10).\(tenths % 10)"
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
