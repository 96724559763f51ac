internal import Metrics
internal import Synchronization

/// What only grows.
final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }

    func text(_ identity: PrometheusMetrics.Identity) -> String {
        "\(identity.name)\(identity.braced()) \(count.load(ordering: .relaxed))\n"
    }
}

/// What rises and falls.
final class PrometheusGauge: MeterHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func text(_ identity: PrometheusMetrics.Identity) -> String {
        "\(identity.name)\(identity.braced()) \(value.withLock { $0 })\n"
    }
}

/// A recorder whose last value counts.
final class GaugeRecorder: RecorderHandler {
    private let meter: any MeterHandler

    init(_ meter: any MeterHandler) { self.meter = meter }

    func record(_ value: Int64) { meter.set(value) }
    func record(_ value: Double) { meter.set(value) }
}

/// How often values lie below each of some bounds; of times, in seconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    /// Of times and their relations, and of numbers of things.
    static let times = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
    static let numbers = [1.0, 2, 4, 8, 16, 32, 64, 128, 256]

    private let bounds: [Double]

    private struct Counts {
        var inBucket: [Int]
        var count = 0
        var sum = 0.0
    }

    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(inBucket: Array(repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        counts.withLock { counts in
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { counts.inBucket[bucket] += 1 }
            (counts.count, counts.sum) = (counts.count + 1, counts.sum + value)
        }
    }

    func text(_ identity: PrometheusMetrics.Identity) -> String {
        let counts = counts.withLock { $0 }
        var (text, below) = ("", 0)
        for (bound, count) in zip(bounds, counts.inBucket) {
            below += count
            text += "\(identity.name)_bucket\(identity.braced("le=\"\(bound)\"")) \(below)\n"
        }
        text += "\(identity.name)_bucket\(identity.braced("le=\"+Inf\"")) \(counts.count)\n"
        text += "\(identity.name)_sum\(identity.braced()) \(counts.sum)\n"
        return text + "\(identity.name)_count\(identity.braced()) \(counts.count)\n"
    }
}

extension PrometheusMetrics.Identity {
    /// `{a="b",le="0.1"}`
    func braced(_ more: String? = nil) -> String {
        let all = [labels.isEmpty ? nil : labels, more].compactMap(\.self)
        return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
    }
}
