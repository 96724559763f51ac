public import Metrics
internal import Synchronization

/// Counts what happens, for Prometheus to read (its text format, version 0.0.4).
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// MetricsSystem.bootstrap(metrics)
/// ```
public final class PrometheusMetrics: MetricsFactory {
    /// What a measure is of: its name, and what tells it from others of the name.
    struct Identity: Hashable, Sendable {
        let name: String
        let labels: String
    }

    private struct Measures {
        var counters: [Identity: PrometheusCounter] = [:]
        var gauges: [Identity: PrometheusGauge] = [:]
        var histograms: [Identity: PrometheusHistogram] = [:]
    }

    private let measures = Mutex(Measures())

    /// Nothing counted yet.
    public init() {}

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let identity = Identity(name: prometheusName(label) + "_total", labels: prometheusLabels(dimensions))
        return measures.withLock { $0.counters.value(identity, PrometheusCounter.init) }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let identity = Identity(name: prometheusName(label), labels: prometheusLabels(dimensions))
        return measures.withLock { $0.gauges.value(identity, PrometheusGauge.init) }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return GaugeRecorder(makeMeter(label: label, dimensions: dimensions)) }
        let isNumber = label.hasSuffix(".size")
        return histogram(
            prometheusName(label), dimensions, isNumber ? PrometheusHistogram.numbers : PrometheusHistogram.times)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(prometheusName(label) + "_seconds", dimensions, PrometheusHistogram.times)
    }

    private func histogram(
        _ name: String, _ dimensions: [(String, String)], _ bounds: [Double]
    ) -> PrometheusHistogram {
        let identity = Identity(name: name, labels: prometheusLabels(dimensions))
        return measures.withLock { $0.histograms.value(identity) { PrometheusHistogram(bounds: bounds) } }
    }

    // What was counted stays: Prometheus takes a count that begins anew for a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// All that was counted.
    public var text: String {
        let (counters, gauges, histograms) = measures.withLock { ($0.counters, $0.gauges, $0.histograms) }
        return lines(counters, "counter") { $1.text($0) } + lines(gauges, "gauge") { $1.text($0) }
            + lines(histograms, "histogram") { $1.text($0) }
    }

    private func lines<Value>(
        _ values: [Identity: Value], _ type: String, _ text: (Identity, Value) -> String
    ) -> String {
        Dictionary(grouping: values, by: \.key.name).sorted { $0.key < $1.key }.map { name, values in
            let sorted = values.sorted { $0.key.labels < $1.key.labels }
            return "# TYPE \(name) \(type)\n" + sorted.map { text($0.key, $0.value) }.joined()
        }.joined()
    }
}

extension Dictionary {
    fileprivate mutating func value(_ key: Key, _ make: () -> Value) -> Value {
        if let value = self[key] { return value }
        let value = make()
        self[key] = value
        return value
    }
}

/// Letters, digits and underlines, and no digit in front.
func prometheusName(_ label: String) -> String {
    let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return name.first?.isNumber ?? true ? "_" + name : name
}

/// `a="b",c="d"`
func prometheusLabels(_ dimensions: [(String, String)]) -> String {
    dimensions.map { name, value in
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\(prometheusName(name))=\"\(escaped)\""
    }.joined(separator: ",")
}
