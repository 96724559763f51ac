#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// `name(arguments)`
enum TemplateFunctions {
    static let names: Set<String> = ["raise_exception", "namespace", "range", "strftime_now", "dict"]

    static func call(
        _ name: String, _ call: TemplateCall, in renderer: inout TemplateRenderer
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "raise_exception": throw TemplateError(cause: call.values.first?.shown ?? "")
        case "namespace": return renderer.makeNamespace(members(call))
        case "dict": return .mapping(members(call))
        case "range": return .list(try range(call))
        default: return .text(now(call.values.first?.shown ?? ""))
        }
    }

    private static func members(_ call: TemplateCall) -> [(key: String, value: TemplateValue)] {
        call.named.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func range(_ call: TemplateCall) throws(TemplateError) -> [TemplateValue] {
        let bounds = call.values.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
        guard bounds.count == call.values.count, (1...3).contains(bounds.count),
            bounds.allSatisfy({ (-1 << 30...1 << 30).contains($0) })
        else { throw TemplateError(cause: "range takes one to three whole numbers") }
        let step = bounds.count == 3 ? bounds[2] : 1
        let (first, last) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        guard step != 0, abs(last - first) / abs(step) <= TemplateValue.partLimit else {
            throw TemplateError(cause: "a range is too long")
        }
        return stride(from: first, to: last, by: step).map { .integer($0) }
    }

    /// The time of day here, as `strftime` writes it.
    private static func now(_ format: String) -> String {
        var (seconds, parts) = (time(nil), tm())
        localtime_r(&seconds, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1_024) { buffer in
            guard let start = buffer.baseAddress, strftime(start, buffer.count, format, &parts) > 0 else { return "" }
            return String(cString: start)
        }
    }
}
