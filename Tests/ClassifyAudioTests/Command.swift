import TestSupport

/// Runs `classify-audio`.
func classifyAudio(_ arguments: [String], input: String = "/dev/null") throws -> Outcome {
    try RunningCommand("classify-audio", arguments, input: input).outcome()
}

/// A recording of the fixture that holds a classifier with random weights.
func recording(_ number: Int) -> String { Fixtures.ownPath("ast/audio\(number).wav") }

/// What names that classifier.
let model = ["--model", Fixtures.ownPath("ast")]
