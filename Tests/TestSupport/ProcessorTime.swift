#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Runs `body` and tells how long the processor worked on it, on the calling thread: unlike the time on the wall, it does not
/// depend on what else the machine has to do.
public func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, processorTime: Duration) {
    let start = threadTime()
    let result = try body()
    return (result, threadTime() - start)
}

/// What the processor has worked for this thread since it began.
private func threadTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
