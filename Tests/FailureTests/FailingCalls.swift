import Synchronization
import TesseraFiles
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Which calls of the system fail.
enum FaultPattern: CaseIterable {
    /// One, and those behind it are made: a hiccup.
    case one
    /// One and all behind it: a disk that is gone.
    case allFromOneOn
}

/// What came of a run in which a call failed.
struct FailedRun: CustomStringConvertible {
    let number: Int
    let call: SystemCall
    let error: (any Error)?

    var description: String { "call \(number), \(call.rawValue): \(error.map { "\($0)" } ?? "no error")" }

    /// The error where it names a file and a cause.
    var fileError: FileError? {
        let error = (error as? UnreadableImages)?.errors.first ?? error as? FileError
        return error.flatMap { $0.path.isEmpty || $0.cause.isEmpty ? nil : $0 }
    }
}

/// Runs `work` again and again, as SQLite's tests do: first its first call of the system fails, then its second, until a run makes
/// fewer calls than that. All calls of the process count: a test that does this runs in a process of its own.
///
/// - Parameters:
///   - prepare: what comes before each run.
///   - check: what is to hold after a run in which a call failed.
/// - Returns: how many calls there were to fail.
@discardableResult
func letEachCallFail(
    _ pattern: FaultPattern = .one, prepare: () throws -> Void = {}, _ work: () throws -> Void,
    check: (FailedRun) throws -> Void
) throws -> Int {
    var number = 0
    while true {
        try prepare()
        let calls = CallCounter(failing: number, pattern)
        var caught: (any Error)?
        SystemCall.failing({ calls.count($0) }, { do { try work() } catch { caught = error } })
        guard let call = calls.failed else {
            #expect(caught == nil, "without a failure")
            return number
        }
        try check(FailedRun(number: number, call: call, error: caught))
        number += 1
    }
}

/// Counts calls, on whichever threads they are made, and says which fail.
private final class CallCounter: Sendable {
    private let first: Int
    private let pattern: FaultPattern
    private let state = Mutex<(count: Int, failed: SystemCall?)>((0, nil))

    init(failing first: Int, _ pattern: FaultPattern) { (self.first, self.pattern) = (first, pattern) }

    var failed: SystemCall? { state.withLock { $0.failed } }

    func count(_ call: SystemCall) -> Int32? {
        state.withLock { state in
            let number = state.count
            state.count += 1
            if number == first { state.failed = call }
            return number == first || (number > first && pattern == .allFromOneOn) ? EIO : nil
        }
    }
}

/// All files in a folder and in those inside it, by their paths from it.
func files(in folder: String) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in folderContents(folder) {
        let path = joinPath(folder, name)
        if isFolder(path) {
            for (inner, bytes) in files(in: path) { found[joinPath(name, inner)] = bytes }
        } else {
            found[name] = try? InputFile(path).contents(limit: 1 << 26)
        }
    }
    return found
}

extension [String: [UInt8]] {
    /// Those that no dot hides, nor the folder they are in.
    var shown: Self { filter { !$0.key.hasPrefix(".") && $0.key.firstRange(of: "/.") == nil } }

    /// Writes them to a new folder.
    func written() -> TemporaryFolder {
        let folder = TemporaryFolder()
        for (name, bytes) in self { folder.write(name, bytes) }
        return folder
    }
}
