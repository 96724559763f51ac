#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Computations that take long, on threads of their own: tasks that wait for one do not stand in the way of Swift's cooperative
/// threads, of which there are only as many as processors. Pictures and series of tasks that wait for each other pass their model
/// together, so that many tasks of one get through as many as one caller with batches.
///
/// ```swift
/// let transcript = try await LongComputation.run { try transcriber.transcribe(recording) }
/// ```
public final class LongComputation: TaskExecutor {
    /// Runs what tasks give it, each on a thread of its own.
    public static let executor = LongComputation()

    private init() {}

    /// Runs `body` on a thread of its own. It belongs to the calling task, and sees when that is cancelled.
    ///
    /// - Parameter threads: how many its computations may use.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public static func run<Result: Sendable>(
        with threads: Threads = .current, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withTaskExecutorPreference(executor) { try threads.run(body) }
    }

    /// Starts `job` on a new thread; on the calling one where the system grants none.
    public func enqueue(_ job: consuming ExecutorJob) {
        let work = Work(job: UnownedJob(job), executor: asUnownedTaskExecutor())
        let context = Unmanaged.passRetained(work).toOpaque()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        if pthread_create(&thread, &attributes, { LongComputation.work($0) }, context) != 0 {
            _ = LongComputation.work(context)
        }
    }

    private static func work(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        work.job.runSynchronously(on: work.executor)
        return nil
    }

    private final class Work: Sendable {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        init(job: UnownedJob, executor: UnownedTaskExecutor) { (self.job, self.executor) = (job, executor) }
    }
}
