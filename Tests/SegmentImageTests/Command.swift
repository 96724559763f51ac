import TestSupport

/// Runs segment-image to its end.
func segmentImage(
    _ arguments: [String], input: String = "/dev/null", environment: [String] = []
) throws -> Outcome {
    try RunningCommand("segment-image", arguments, input: input, environment: environment).outcome()
}
