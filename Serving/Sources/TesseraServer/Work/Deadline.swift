internal import HTTPTypes

/// Calls `body`, which has until `deadline`.
///
/// - Parameter seconds: how long it had in all, for the error.
/// - Throws: what `body` throws; `APIError` 504 when it has taken too long.
func before<Result: Sendable>(
    _ deadline: ContinuousClock.Instant, of seconds: Double, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(until: deadline, clock: .continuous)
            throw APIError(status: .gatewayTimeout, message: "The request took longer than \(seconds) s.")
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}

extension ServerLimits {
    /// Calls `body`, which reads what a client sends: one that is slow does not keep its place for ever.
    ///
    /// - Throws: what `body` throws; `APIError` 504.
    func receiving<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await before(.now + .seconds(receiveTimeout), of: receiveTimeout, body)
    }
}
