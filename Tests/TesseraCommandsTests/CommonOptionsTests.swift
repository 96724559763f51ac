import ArgumentParser
import TesseraCommands
import TesseraTensor
import Testing

private struct Command: ParsableCommand {
    @OptionGroup var common: CommonOptions
    @Argument var inputs: [String] = []
}

@Suite struct CommonOptionsTests {
    @Test func parses() throws {
        let command = try Command.parse([
            "--model", "owner/name", "--precision", "bf16", "--threads", "4", "-", "a.png",
        ])
        #expect(command.common.model == "owner/name" && command.common.run.threads == 4)
        #expect(command.common.precision == .bfloat16 && !command.common.run.quiet && !command.common.listModels)
        #expect(command.inputs == ["-", "a.png"])
    }

    @Test(arguments: [
        ["--threads", "0"], ["--threads", "1025"], ["--threads", "many"], ["--precision", "f16"], ["--model", ""],
        ["--model"], ["--bogus"],
    ])
    func refuses(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Command.parse(arguments) }
        #expect(error.map(Command.exitCode(for:)) == ExitCode.validationFailure)
    }
}
