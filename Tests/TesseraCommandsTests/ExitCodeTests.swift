import ArgumentParser
import TesseraCommands
import TesseraFiles
import Testing

@Suite struct ExitCodeTests {
    @Test(arguments: [
        (FileError.Kind.badData, Int32(65)), (.unreadable, 66), (.cannotCreate, 73), (.inputOutput, 74),
    ])
    func kindOfError(kind: FileError.Kind, code: Int32) {
        #expect(ExitCode(kind).rawValue == code)
    }

    @Test(arguments: [(1, 0, Int32(0)), (3, 0, 0), (1, 1, 65), (3, 1, 1), (3, 3, 65)])
    func batch(inputCount: Int, failureCount: Int, code: Int32) {
        let failures = Array(repeating: FileError(.badData, path: "a.png", cause: "damaged"), count: failureCount)
        #expect(ExitCode(inputCount: inputCount, failures: failures).rawValue == code)
    }

    @Test func usageErrorsLeaveWith64() {
        #expect(ExitCode.validationFailure.rawValue == 64)
    }
}
