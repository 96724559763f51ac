public import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Bytes of standard input as they come, from a program that goes on writing.
public struct ArrivingInput: Sendable {
    /// What errors call it.
    public static let name = "standard input"
    private static let largestPiece = 1 << 16
    /// Milliseconds after which it is looked whether the user has ended the program.
    private static let patience: Int32 = 100

    /// From where standard input is now.
    public init() {}

    /// The next bytes, as many as have come, for which the calling thread waits; nil at the end, also where the user, or `isEnded`, ends
    /// it.
    ///
    /// - Throws: `FileError` when reading fails.
    public func next(isEnded: () -> Bool = { false }) throws(FileError) -> [UInt8]? {
        while Interruption.received == nil, !isEnded() {
            var status = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&status, 1, Self.patience) > 0 else { continue }
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.largestPiece) { target, count in
                let taken = read(STDIN_FILENO, target.baseAddress, target.count)
                failure = taken < 0 ? errno : 0
                count = max(0, taken)
            }
            if failure == 0 { return bytes.isEmpty ? nil : bytes }
            guard failure == EINTR || failure == EAGAIN else {
                let cause = "cannot be read: \(String(cString: strerror(failure)))"
                throw FileError(.unreadable, path: Self.name, cause: cause)
            }
        }
        return nil
    }
}
