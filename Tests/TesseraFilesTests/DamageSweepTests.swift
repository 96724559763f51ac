import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Sweeps are worth what they find.
@Suite struct DamageSweepTests {
    private struct OtherError: Error {}
    private static let bytes = [UInt8](repeating: 7, count: 20)
    private static let refusal = FileError(.badData, path: "a", cause: "is damaged")

    /// Refuses all damage, once `fault` has seen it.
    private static func sweep(_ fault: ([UInt8]) throws -> Void) throws {
        try DamageSweep.run("test", bytes, changes: 100) { damaged in
            if damaged == bytes { return }
            try fault(damaged)
            throw refusal
        }
    }

    @Test func whatIsRefusedIsNoFault() throws { try Self.sweep { _ in } }

    @Test func anotherErrorIsAFault() {
        #expect(throws: DamageSweep.Failure.self) { try Self.sweep { if $0.count == 13 { throw OtherError() } } }
    }

    @Test func muchTimeIsAFault() {
        #expect(throws: DamageSweep.Failure.self) {
            try Self.sweep { damaged in
                guard damaged.count == 13 else { return }
                var time = Duration.zero
                while time < .seconds(2.1) { time += timed { _ = Sounds.noise(count: 100_000) }.processorTime }
            }
        }
    }

    @Test func nothingRefusedIsAFault() {
        #expect(throws: DamageSweep.Failure.self) { try DamageSweep.run("test", Self.bytes, changes: 9) { _ in } }
    }

    #if canImport(Glibc)
    @Test("The system grants no more than 256 MB", .enabled(if: getenv("ASAN_OPTIONS") == nil))
    func muchMemoryIsAFault() throws {
        try DamageSweep.inOwnProcess {
            let failure = #expect(throws: DamageSweep.Failure.self) {
                try Self.sweep { damaged in
                    // What malloc gives and nobody uses is optimised away.
                    let size = damaged.count == 13 ? 300 << 20 : 30 << 20
                    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                    guard memory != MAP_FAILED else { throw OtherError() }
                    munmap(memory, size)
                }
            }
            #expect(failure?.description.contains("cut at 13") == true)
        }
    }
    #endif
}
