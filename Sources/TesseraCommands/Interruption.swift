internal import Synchronization
internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Leaves in order when the user or the system stops the program: the progress and unfinished files are taken away, and
/// the exit code is 128 + the signal's number (130 for control-C, 143 for `kill`).
///
/// A thread of its own waits for the signals, so that the clean-up is ordinary code: a signal handler may not take locks
/// or allocate.
public enum Interruption {
    private struct State {
        var isHeldBack = false
        var received: Int32?
        var receivedAt = ContinuousClock.now
        var notify: (@Sendable () -> Void)?
    }

    private static let state = Mutex(State())

    /// The signal that came while signals were held back; nil when none did.
    public static var received: Int32? { state.withLock { $0.received } }

    /// Lets work that can be broken off in order look for `received` itself: until `body` returns, the first signal does
    /// not end the program. A second one does, unless it comes within a second: programs that pass signals on, such as
    /// timeout(1), send one twice.
    ///
    /// - Parameter notify: called when the first signal comes, on a thread of its own, for work that does not look.
    public static func heldBack<Result>(
        notifying notify: (@Sendable () -> Void)? = nil, _ body: () throws -> Result
    ) rethrows -> Result {
        state.withLock { ($0.isHeldBack, $0.notify) = (true, notify) }
        defer { state.withLock { ($0.isHeldBack, $0.notify) = (false, nil) } }
        return try body()
    }

    /// Whether the signal was taken note of and nothing else is to be done.
    fileprivate static func isNoted(_ number: Int32) -> Bool {
        let (isNoted, notify) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard state.isHeldBack else { return (false, nil) }
            guard state.received != nil else {
                (state.received, state.receivedAt) = (number, .now)
                return (true, state.notify)
            }
            return (ContinuousClock.now - state.receivedAt < .seconds(1), nil)
        }
        notify?()
        return isNoted
    }

    /// Call before any other thread starts: threads inherit which signals are held back from them.
    static func watch() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let waited = UnsafeMutablePointer<sigset_t>.allocate(capacity: 1)
        waited.initialize(to: signals)
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let status = pthread_create(&thread, nil, { leaveOnSignal($0) }, waited)
        // Without the thread signals end the program as they always do, only less tidily.
        if status != 0 {
            waited.deallocate()
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        }
    }

    /// `nohup` and shells that start something in the background ignore signals on the program's behalf.
    private static func isIgnored(_ number: Int32) -> Bool {
        let previous = signal(number, SIG_DFL)
        let ignored = unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        if ignored { signal(number, SIG_IGN) }
        return ignored
    }
}

/// The waiting thread: `argument` is the set of signals to wait for.
private func leaveOnSignal(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let signals = argument?.assumingMemoryBound(to: sigset_t.self) else { return nil }
    var number: Int32 = 0
    repeat {
        while sigwait(signals, &number) != 0 {}
    } while Interruption.isNoted(number)
    StandardError.clearProgressIfFree()
    // Not exit(): its handlers may wait for the threads that are still computing.
    UnfinishedFiles.removeAll { _exit(128 + number) }
}
