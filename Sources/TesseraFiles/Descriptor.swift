#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A descriptor that is closed with the last reference to it. Programs that are started do not inherit it.
final class Descriptor {
    let number: Int32

    private init(_ number: Int32) { self.number = number }

    /// A copy above the few that a program is given; nil, and `errno`, where there is none.
    init?(copyOf number: Int32) {
        self.number = systemDuplicate(number, from: 10)
        guard self.number >= 0 else { return nil }
    }

    deinit { if number >= 0 { close(number) } }

    /// The ends of a pipe; nil, and `errno`, where there is none.
    static func pipe() -> (reading: Descriptor, writing: Descriptor)? {
        var ends: [Int32] = [-1, -1]
        guard systemPipe(&ends) == 0 else { return nil }
        let originals = (Descriptor(ends[0]), Descriptor(ends[1]))
        // A number keeps nothing open.
        return withExtendedLifetime(originals) {
            guard let reading = Descriptor(copyOf: ends[0]), let writing = Descriptor(copyOf: ends[1]) else {
                return nil
            }
            return (reading, writing)
        }
    }
}

/// pipe(2), under a name of its own.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
