import Foundation
import LoopbackHub

/// What a run of fetch-model left behind.
struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    /// One line on standard error, and nothing on standard output.
    var isOneLineOfError: Bool { output.isEmpty && errors.hasSuffix("\n") && errors.split(separator: "\n").count == 1 }
}

/// A folder of its own for a test, for the cache among others; it goes with the last reference.
final class Workplace: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/tessera-fetch-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var cache: String { path + "/hub" }

    /// The folder of a repository in the cache.
    func repository(_ name: String) -> String {
        cache + "/models--" + name.replacingOccurrences(of: "/", with: "--")
    }

    /// The snapshot that a repository of the loopback hub has when it is fetched.
    func snapshot(_ repository: HostedRepository) -> String {
        self.repository(repository.name) + "/snapshots/" + repository.commit
    }

    /// The contents of a file; nil where there is none.
    func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    /// The paths of all that lies in a folder.
    func everything(in folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
    }

    /// Starts fetch-model with no other variables than these, and those of where the hub and the cache are.
    func start(_ arguments: [String], hub: String, environment: [String: String] = [:]) throws -> RunningFetch {
        let standard = ["HF_ENDPOINT": hub, "HF_HOME": path, "HOME": path, "PATH": "/usr/bin:/bin", "NO_PROXY": "*"]
        return try RunningFetch(arguments, standard.merging(environment) { $1 }, folder: path)
    }

    /// Runs fetch-model to its end.
    func fetch(_ arguments: [String], hub: String, environment: [String: String] = [:]) throws -> Outcome {
        try start(arguments, hub: hub, environment: environment).outcome()
    }
}

/// A fetch-model that is running.
struct RunningFetch {
    private let process = Process()
    private let output: String
    private let errors: String

    init(_ arguments: [String], _ environment: [String: String], folder: String) throws {
        let name = UUID().uuidString
        (output, errors) = ("\(folder)/\(name).output", "\(folder)/\(name).errors")
        process.executableURL = URL(fileURLWithPath: try commandPath())
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try emptyFile(output)
        process.standardError = try emptyFile(errors)
        try process.run()
    }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    var isRunning: Bool { process.isRunning }

    func outcome() -> Outcome {
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: text(output), errors: text(errors))
    }

    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

private func emptyFile(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
}

/// SwiftPM puts the command beside the tests.
private func commandPath() throws -> String {
    for argument in CommandLine.arguments where argument.contains(".xctest") {
        var folder = URL(fileURLWithPath: argument)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let path = folder.appendingPathComponent("fetch-model").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
    }
    throw CocoaError(.fileNoSuchFile)
}
