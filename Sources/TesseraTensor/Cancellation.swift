/// How a computation ends early when its task is cancelled.
package enum Cancellation {
    @TaskLocal private static var endsEarly = false

    /// Whether layers are to leave their work undone: the task is cancelled, and whoever called them throws away what they return.
    package static var isDue: Bool { endsEarly && Task.isCancelled }

    /// Calls `body`, in which layers leave their work undone once the task is cancelled.
    ///
    /// - Returns: what `body` returns, where the task was not cancelled.
    /// - Throws: `CancellationError` where it was; else what `body` throws.
    package static func endingEarly<Result>(_ body: () throws -> Result) throws -> Result {
        try Task.checkCancellation()
        let result = try $endsEarly.withValue(true, operation: body)
        try Task.checkCancellation()
        return result
    }
}
