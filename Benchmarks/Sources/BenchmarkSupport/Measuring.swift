#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Milliseconds that `body` takes.
public func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body)
    return duration / .milliseconds(1)
}

/// The median of `runs` timings, after two that do not count.
public func medianMilliseconds(runs: Int, _ body: () -> Void) -> Double {
    for _ in 0..<2 { body() }
    return median((0..<runs).map { _ in milliseconds(body) })
}

public func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The most memory that this process ever held, in megabytes of 10⁶ bytes; nil where the system does not say.
public func peakMemory() -> Double? {
    #if canImport(Glibc)
    // getrusage would count what this process was before it became this program, too.
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        if words.count > 1, words[0] == "VmHWM:", let kibibytes = Double(words[1]) { return kibibytes * 1024 / 1e6 }
    }
    return nil
    #else
    var usage = rusage()
    guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
    return Double(usage.ru_maxrss) / 1e6
    #endif
}

/// Prints one figure: `vit-base   f32, batch 1   78.31 ms`, in columns that scripts split at two blanks or more.
public func report(_ model: String, _ name: String, _ value: Double, _ unit: String = "ms") {
    func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    let hundredths = Int((value * 100).rounded())
    let number = "\(hundredths / 100)." + String(hundredths % 100 + 100).dropFirst()
    print(padded(model, 20), padded(name, 40), String(repeating: " ", count: max(0, 10 - number.count)) + number, unit)
    fflush(nil)
}
