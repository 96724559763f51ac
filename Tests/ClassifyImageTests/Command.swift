import TestSupport

/// Runs classify-image to its end.
///
/// - Parameter script: a shell script that runs the command, its `$0`, for arguments that a Swift string cannot hold.
func classifyImage(
    _ arguments: [String], input: String = "/dev/null", to output: RunningCommand.Output = .collected,
    environment: [String] = [], script: String? = nil
) throws -> Outcome {
    let command = try RunningCommand(
        "classify-image", arguments, input: input, to: output, environment: environment, script: script)
    return try command.outcome()
}
