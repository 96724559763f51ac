import TestSupport
import Testing

/// A training that is killed ends as one that ran through.
@Suite struct KillTests {
    /// Tests/kill-trainings.sh kills many more.
    @Test func killedTrainingsEndWithTheSameBytes() throws {
        let outcome = try RunningCommand(
            "train-model", [sample("../../Tests/kill-trainings.sh"), "6"],
            script: #"COMMANDS=$(dirname "$0") exec /bin/sh "$@""#
        ).outcome()
        #expect(outcome.code == 0 && outcome.output.hasPrefix("killed 6 times"), "\(outcome)")
    }
}
