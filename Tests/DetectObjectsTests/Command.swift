import TestSupport

/// Runs detect-objects to its end.
func detectObjects(
    _ arguments: [String], input: String = "/dev/null", environment: [String] = []
) throws -> Outcome {
    try RunningCommand("detect-objects", arguments, input: input, environment: environment).outcome()
}
