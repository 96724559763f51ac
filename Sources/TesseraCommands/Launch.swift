public import ArgumentParser
internal import TesseraFiles
internal import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The version of the package and of its commands.
public let tesseraVersion = "0.1.0"

extension ParsableCommand {
    /// Runs the command as COMMANDS.md promises: exit codes by kind of error, errors of one line, signals and closed
    /// pipes handled. Call it from `static func main()` of a type marked `@main`.
    public static func launch() -> Never {
        holdStandardStreams()
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        refuseNamesThatAreNotText()
        Interruption.watch()
        leaveInOrderWithoutMemory()
        do {
            var command = try parseAsRoot()
            if let complaint = KernelChoice.complaint { throw ValidationError(complaint) }
            let threads = (command as? any ComputingCommand)?.runOptions.computingThreads ?? .all
            try threads.run { try command.run() }
            Self.exit()
        } catch let error as FileError {
            StandardError.report(error)
            Self.exit(withError: ExitCode(error.kind))
        } catch let error where exitCode(for: error) == .validationFailure {
            // One line, where ArgumentParser would print the usage too.
            let message = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            StandardError.write("\(_commandName): \(message) ('\(_commandName) --help' shows the options)")
            Self.exit(withError: ExitCode.validationFailure)
        } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) {
            // Nothing that a user can bring about ends here.
            StandardError.write("internal fault: \(error)")
            Self.exit(withError: ExitCode.internalFault)
        } catch {
            Self.exit(withError: error)
        }
    }

    /// The exit code that `arguments` would lead to before any work, 0 where they are accepted, and the text that would be printed.
    package static func outcome(parsing arguments: [String]) -> (code: Int32, text: String) {
        do {
            _ = try parseAsRoot(arguments)
            return (0, "")
        } catch {
            return (exitCode(for: error).rawValue, fullMessage(for: error))
        }
    }
}

/// Gives a closed standard stream a stand-in that fails when it is used. Else the next file opened would take its
/// number, and results or messages would be written into that file.
private func holdStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
        // The lowest free number is taken, which is `descriptor`: those below are open.
        _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
}

/// A model, or a batch, that the memory there is does not hold, or as much of it as `ulimit -v` grants, is no fault of the program.
private func leaveInOrderWithoutMemory() {
    AlignedMemory.exhausted.withLock {
        $0 = { byteCount in
            StandardError.write("out of memory: \(byteCount) bytes more are needed")
            UnfinishedFiles.removeAll { _exit(ExitCode.outOfMemory.rawValue) }
        }
    }
}

/// Swift repairs arguments that are not UTF-8; the repaired name would lead to another file, or to none.
private func refuseNamesThatAreNotText() {
    for index in 1..<max(1, Int(CommandLine.argc)) {
        guard let argument = CommandLine.unsafeArgv[index] else { continue }
        if String(validatingCString: argument) == nil {
            let bytes = UnsafeBufferPointer(start: argument, count: strlen(argument)).map { UInt8(bitPattern: $0) }
            StandardError.write("\(escapedText(bytes)): the name is not UTF-8")
            exit(EX_USAGE)
        }
    }
}
