internal import Foundation
internal import Metrics

/// What is looked at when somebody asks, rather than counted when it happens.
enum ServerGauges {
    static func update(_ scheduler: Scheduler) {
        Meter(label: "tessera.queue.length").set(scheduler.queueLength)
        if let byteCount = residentByteCount { Meter(label: "process.resident.memory.bytes").set(byteCount) }
    }

    /// The memory that the process holds; nil where the system does not tell it in Linux's way.
    private static var residentByteCount: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
