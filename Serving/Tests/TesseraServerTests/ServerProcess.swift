import Foundation

/// A serve-models that is running, at a port that was free.
final class ServerProcess: Sendable {
    private let process: Process
    private let errors: String
    let port: Int

    /// Starts it and waits until it serves.
    init(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        errors = FileManager.default.temporaryDirectory.path + "/tessera-serve-\(UUID().uuidString)"
        process = Process()
        process.executableURL = URL(fileURLWithPath: try commandPath())
        process.arguments = ["--port", "0"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try Data().write(to: URL(fileURLWithPath: errors))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        port = try Self.port(errors, process)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: errors)
    }

    var log: String { (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "" }

    var identifier: Int32 { process.processIdentifier }

    /// Asks it to end.
    func terminate() { kill(process.processIdentifier, SIGTERM) }

    /// - Returns: its exit code.
    func waited() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    var isRunning: Bool { process.isRunning }

    private static func port(_ errors: String, _ process: Process) throws -> Int {
        for _ in 0..<600 {
            let log = try String(contentsOfFile: errors, encoding: .utf8)
            let line = log.split(separator: "\n").first { $0.hasPrefix("serving at ") }
            if let port = line?.split(separator: ":").last.flatMap({ Int($0) }) { return port }
            guard process.isRunning else { throw CocoaError(.executableLoad, userInfo: ["log": log]) }
            usleep(50_000)
        }
        throw CocoaError(.executableLoad)
    }
}

/// Runs serve-models where it is to refuse to start.
func refusal(_ arguments: [String], environment: [String: String] = [:]) throws -> (code: Int32, errors: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: try commandPath())
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardError = pipe
    try process.run()
    let errors = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: errors, as: UTF8.self))
}

/// SwiftPM puts the command beside the tests.
private func commandPath() throws -> String {
    for argument in CommandLine.arguments where argument.contains(".xctest") {
        var folder = URL(fileURLWithPath: argument)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let path = folder.appendingPathComponent("serve-models").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
    }
    throw CocoaError(.fileNoSuchFile)
}
