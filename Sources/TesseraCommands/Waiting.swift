internal import ArgumentParser
internal import Dispatch
internal import Synchronization

/// Runs what is asynchronous to its end, in a command, which is not.
///
/// - Throws: what `body` throws.
public func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Mutex<Result<Value, any Error>?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        outcome.withLock { $0 = result }
        isDone.signal()
    }
    isDone.wait()
    guard let result = outcome.withLock({ $0 }) else { throw ExitCode.internalFault }
    return try result.get()
}
