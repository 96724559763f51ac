internal import HTTPTypes
internal import Synchronization
internal import TesseraTensor

/// Decides which requests are worked on. Those that are admitted compute on threads of their own, in turns of some milliseconds
/// (`Threads.takeTurn`), so that the short do not wait behind the long; what asks the same of one model is computed together.
final class Scheduler: Sendable {
    let limits: ServerLimits
    /// For pictures that are worked on.
    fileprivate let pictureMemory: MemoryBudget
    private let admittedCount = Atomic<Int>(0)

    init(_ limits: ServerLimits) {
        self.limits = limits
        pictureMemory = MemoryBudget(limit: limits.pictureByteCount)
    }

    /// How many requests are worked on or wait for their turn.
    var queueLength: Int { admittedCount.load(ordering: .relaxed) }

    /// Lets a request in.
    ///
    /// - Throws: `APIError` 429 where there are as many as there may be.
    func admit() throws(APIError) -> AdmittedRequest {
        let count = admittedCount.add(1, ordering: .relaxed).newValue
        guard count <= limits.queueLength else {
            leave()
            throw APIError(
                status: .tooManyRequests,
                message: "\(limits.queueLength) requests are waiting already; try again later.",
                code: "queue_full", headers: [.retryAfter: "1"])
        }
        return AdmittedRequest(self)
    }

    fileprivate func leave() { admittedCount.subtract(1, ordering: .relaxed) }
}

/// A request that is worked on, as long as this value is there.
final class AdmittedRequest: Sendable {
    private let scheduler: Scheduler
    /// When the request is given up.
    let deadline: ContinuousClock.Instant

    fileprivate init(_ scheduler: Scheduler) {
        self.scheduler = scheduler
        deadline = .now + .seconds(scheduler.limits.timeout)
    }

    deinit { scheduler.leave() }

    var limits: ServerLimits { scheduler.limits }

    /// Computes on a thread of its own, until the task is cancelled.
    ///
    /// - Throws: what `body` throws; `CancellationError`; `APIError` 504 where the request takes too long.
    func compute<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await before(deadline, of: limits.timeout) { try await LongComputation.run(body) }
    }

    /// The same when so many bytes are free of those that pictures have together.
    func compute<Result: Sendable>(
        holding byteCount: Int, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await before(deadline, of: limits.timeout) { [memory = scheduler.pictureMemory] in
            try await memory.holding(byteCount) { try await LongComputation.run(body) }
        }
    }
}
