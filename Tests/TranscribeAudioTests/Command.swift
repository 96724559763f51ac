import TesseraFiles
import TestSupport

/// Runs transcribe-audio to its end.
///
/// - Parameter script: a shell script that runs the command, its `$0`, for what arguments alone cannot say.
func transcribeAudio(
    _ arguments: [String], input: String = "/dev/null", to output: RunningCommand.Output = .collected,
    environment: [String] = [], script: String? = nil
) throws -> Outcome {
    try RunningCommand(
        "transcribe-audio", arguments, input: input, to: output, environment: environment, script: script
    ).outcome()
}

/// A folder of Tests/Fixtures that holds a model with random weights and a recording: what it hears is meaningless, but the
/// same each time.
struct Fixture: Sendable, CustomStringConvertible {
    let name: String
    let recordingName: String
    var description: String { name }

    /// A window of 2 s, and a recording of several channels and another rate.
    static let short = Fixture(name: "whisper", recordingName: "audio.wav")
    /// A recording of several windows.
    static let long = Fixture(name: "whisper-longform", recordingName: "audio.flac")

    var model: String { Fixtures.ownPath(name) }
    var recording: String { Fixtures.ownPath(name + "/" + recordingName) }

    /// The arguments that run the model on its recording, greedily.
    func arguments(_ more: String...) -> [String] { ["--model", model, "--temperature", "0", recording] + more }

    func bytes() throws -> [UInt8] { try InputFile(recording).contents(limit: 1 << 26) }
}
