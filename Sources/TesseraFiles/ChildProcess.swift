#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A program that reads an open file and writes what it makes of it, in a process of its own.
///
/// It gets its arguments as they are, without a shell between, the file as descriptor 3, and beside it nothing that this process
/// has open. It ends with the last reference to this value at the latest: it is killed then, and nothing of it stays. Where this
/// process ends first, the program meets a pipe without a reader.
package final class ChildProcess {
    /// How a program ended.
    package struct Ending: Sendable {
        /// Whether it ended by itself, with an exit status of 0.
        package let isSuccess: Bool
        /// The end of what it wrote on standard error, some kilobytes at most.
        package let errors: String
    }

    /// What the program opens to read the file, from its beginning and at any place.
    package static let inputName = "/dev/fd/3"
    private static let errorLimit = 1 << 12
    private let program: String
    private let path: String
    private let patience: Duration
    private let process: pid_t
    private let (output, errors): (Descriptor, Descriptor)
    private var hasErrors = true
    private var lastErrors: [UInt8] = []
    /// As waitpid(2) gives it, or -1 where somebody else asked for it; nil while the program runs.
    private var status: Int32?

    /// Starts `program`.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - patience: how long it may write nothing while something is waited for.
    /// - Throws: `FileError.inputOutput` when it does not start.
    package init(
        _ program: String, _ arguments: [String], reading file: InputFile, patience: Duration
    ) throws(FileError) {
        (self.program, self.path, self.patience) = (program, file.path, patience)
        func refusal() -> FileError {
            let cause = systemCause("cannot be decoded, since \(program) does not start", errno)
            return FileError(.inputOutput, path: file.path, cause: cause)
        }
        guard let input = Descriptor(copyOf: file.descriptor), let output = Descriptor.pipe(),
            let errors = Descriptor.pipe()
        else { throw refusal() }
        // The numbers alone are handed over: what they stand for must be open until the program has it.
        defer { withExtendedLifetime((input, output.writing, errors.writing)) {} }
        (self.output, self.errors) = (output.reading, errors.reading)
        var start = ProcessStart()
        start.hand(input, output.writing, errors.writing)
        guard let process = start(program, arguments) else { throw refusal() }
        self.process = process
    }

    deinit { kill() }

    /// What the program writes next, as soon as there is something.
    ///
    /// - Returns: how many bytes; 0 when it has written all.
    /// - Throws: `FileError.inputOutput` when it wrote nothing for as long as `patience`, the task was cancelled meanwhile, or
    ///   reading fails. The program is killed then.
    package func read(into target: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        guard let start = target.baseAddress, !target.isEmpty else { return 0 }
        let limit = ContinuousClock.now + patience
        while true {
            // Asked first: what has ended writes nothing after the look, and others may hold its pipe open.
            let isOver = hasEnded
            if waits(for: output, milliseconds: isOver ? 0 : 100) {
                let count = systemRead(output.number, start, target.count)
                if count >= 0 { return count }
                guard errno == EINTR else { throw stopped(systemCause("cannot be read from \(program)", errno)) }
            } else if isOver {
                return 0
            }
            guard !Task.isCancelled else { throw stopped("was not read to its end: the task was cancelled") }
            guard ContinuousClock.now < limit else { throw stopped("\(program) gave nothing for \(patience)") }
        }
    }

    /// The next `count` bytes, or as many as there are.
    package func read(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            var failure: FileError?
            let more = bytes.withUnsafeMutableBytes { buffer in
                do throws(FileError) {
                    return try self.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard more > 0 else { break }
            filled += more
        }
        return Array(bytes[..<filled])
    }

    /// Waits for the end of a program that has written all, and kills it where that does not come.
    package func end() -> Ending {
        let limit = ContinuousClock.now + patience
        while !hasEnded, !Task.isCancelled, ContinuousClock.now < limit { _ = waits(for: nil, milliseconds: 10) }
        kill()
        // As much as a pipe holds, unless it is a heir of the program that writes on.
        for _ in 0..<64 where hasErrors { _ = waits(for: nil, milliseconds: 0) }
        return Ending(isSuccess: status == 0, errors: String(decoding: lastErrors, as: UTF8.self))
    }

    /// Waits until `descriptor` has something or has come to its end, and takes what standard error has meanwhile, which so
    /// never holds the program up for long.
    private func waits(for descriptor: Descriptor?, milliseconds: Int32) -> Bool {
        // A negative number stands for nothing.
        let numbers = [descriptor?.number ?? -1, hasErrors ? errors.number : -1]
        var places = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&places, nfds_t(places.count), milliseconds) > 0 else { return false }
        if places[1].revents != 0 { takeErrors() }
        return places[0].revents != 0
    }

    private func takeErrors() {
        var piece = [UInt8](repeating: 0, count: Self.errorLimit)
        let count = systemRead(errors.number, &piece, piece.count)
        guard count > 0 else {
            hasErrors = count < 0 && errno == EINTR
            return
        }
        lastErrors = (lastErrors + piece[..<count]).suffix(Self.errorLimit)
    }

    private var hasEnded: Bool {
        if status == nil {
            var code: Int32 = 0
            let result = waitpid(process, &code, WNOHANG)
            if result == process { status = code } else if result < 0, errno != EINTR { status = -1 }
        }
        return status != nil
    }

    private func kill() {
        guard status == nil else { return }
        systemKill(process)
        var code: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(process, &code, 0) } while result < 0 && errno == EINTR
        status = result == process ? code : -1
    }

    private func stopped(_ cause: String) -> FileError {
        kill()
        return FileError(.inputOutput, path: path, cause: cause)
    }
}

/// Ends a process that has not been waited for; its number is its own until then.
private func systemKill(_ process: pid_t) { _ = kill(process, SIGKILL) }
