internal import HTTPTypes
internal import Synchronization

/// Calls `body`, which is cancelled at `deadline`.
///
/// - Parameter seconds: how long it had in all, for the error.
/// - Throws: what `body` throws; `APIError` 504 when it has taken too long.
package func before<Result: Sendable>(
    _ deadline: ContinuousClock.Instant, of seconds: Double, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let tooLong = APIError(status: .gatewayTimeout, message: "The request took longer than \(seconds) s.")
    guard .now < deadline else { throw tooLong }
    let isOver = Flag()
    let task = Task(operation: body)
    let number = Deadlines.shared.add(deadline) {
        isOver.raise()
        task.cancel()
    }
    defer { Deadlines.shared.remove(number) }
    do {
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    } catch  where isOver.isRaised {
        throw tooLong
    }
}

/// What is said once, from any thread.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}

extension ServerLimits {
    /// Calls `body`, which reads what a client sends: one that is slow does not keep its place for ever.
    ///
    /// - Throws: what `body` throws; `APIError` 504.
    func receiving<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await before(.now + .seconds(receiveTimeout), of: receiveTimeout, body)
    }
}
