public import ArgumentParser
public import TesseraFiles

/// The exit codes of the commands, after sysexits.h. Usage errors leave with ArgumentParser's own 64.
extension ExitCode {
    /// Some inputs of several failed; the others are done.
    public static let someFailed = ExitCode(1)
    /// The contents of an input are damaged or unsupported.
    public static let badData = ExitCode(65)
    /// An input is absent or cannot be read.
    public static let missingInput = ExitCode(66)
    /// A service that is needed, the hub, cannot be reached or does not answer.
    public static let unavailable = ExitCode(69)
    /// A fault of this program.
    public static let internalFault = ExitCode(70)
    /// The system gives no more memory.
    public static let outOfMemory = ExitCode(71)
    /// An output cannot be created.
    public static let cannotCreate = ExitCode(73)
    /// Reading or writing failed midway.
    public static let inputOutput = ExitCode(74)
    /// A token or a consent is asked for.
    public static let noPermission = ExitCode(77)

    /// The code that a file's error leaves with.
    public init(_ kind: FileError.Kind) {
        switch kind {
        case .badData: self = .badData
        case .unreadable: self = .missingInput
        case .cannotCreate: self = .cannotCreate
        case .inputOutput: self = .inputOutput
        }
    }

    /// The code of a run over several inputs: `success` when none failed, `someFailed` when others are done, and the
    /// first failure's own code when nothing is.
    public init(inputCount: Int, failures: [FileError]) {
        guard let first = failures.first else {
            self = .success
            return
        }
        self = failures.count < inputCount ? .someFailed : ExitCode(first.kind)
    }
}
