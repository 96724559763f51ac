public import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Runs a test in a process of its own: what it changes, or measures, belongs to the whole process. As exit tests do, which need
/// Swift 6.2, and 6.3 to be told of a folder.
public struct OwnProcess: TestTrait, TestScoping {
    private static let variable = "TESSERA_OWN_PROCESS"
    /// Variables that change what tests do.
    private static let inherited = ["TESSERA_KERNELS", "TESSERA_SWEEP_ROUNDS", "TESSERA_FIXTURES"]

    /// The folder that `run` was given, in the process that it started; nil in the one that runs all tests.
    public static let folder = getenv(variable).map { String(cString: $0) }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard OwnProcess.folder == nil else { return try await function() }
        let outcome = try OwnProcess.run(test.name)
        #expect(outcome.code == 0, "\(outcome)")
    }

    /// Runs one test, and nothing else, in a new process.
    ///
    /// - Parameters:
    ///   - test: the name of a test, `name()`; no other has it.
    ///   - folder: what the test finds in `OwnProcess.folder`.
    public static func run(_ test: String, in folder: String = "") throws -> Outcome {
        let arguments = CommandLine.arguments
        var options = ["--testing-library", "swift-testing", "--filter", "/\(test.prefix { $0 != "(" })\\("]
        // On macOS the running program is one that opens the tests' bundle.
        if let bundle = arguments.firstIndex(of: "--test-bundle-path") { options += arguments[bundle...].prefix(2) }
        let variables = inherited.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        return try RunningCommand(arguments[0], options, environment: ["\(variable)=\(folder)"] + variables).outcome()
    }
}

extension Trait where Self == OwnProcess {
    public static var ownProcess: Self { OwnProcess() }
}
