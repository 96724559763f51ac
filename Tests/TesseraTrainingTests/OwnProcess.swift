import TestSupport
import Testing

/// `OwnProcess` as a trait of tests.
struct RunsInOwnProcess: TestTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard OwnProcess.folder == nil else { return try await function() }
        let outcome = try OwnProcess.run(test.name)
        #expect(outcome.code == 0, "\(outcome)")
    }
}

extension Trait where Self == RunsInOwnProcess {
    static var ownProcess: Self { RunsInOwnProcess() }
}
