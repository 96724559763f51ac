import CFuzzer
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `fuzz-parsers PARSER [libFuzzer's options] [folders of examples]`
///
/// Every parser must return or throw a `FileError` whatever the bytes are. A trap, an error that AddressSanitizer finds,
/// seconds of work (`-timeout`) or too much memory (`-rss_limit_mb`, `-malloc_limit_mb`) end the run and save the bytes.
@main
struct FuzzParsers {
    static func main() {
        guard CommandLine.arguments.count > 1, let parser = Parser(rawValue: CommandLine.arguments[1]) else {
            let names = Parser.allCases.map(\.rawValue).joined(separator: "|")
            print("usage: fuzz-parsers \(names) [libFuzzer's options] [folders of examples]")
            exit(64)
        }
        // libFuzzer takes every word without a dash for a folder, so the parser's name is kept from it.
        var count = CommandLine.argc - 1
        let arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: Int(count) + 1)
        for index in 0...Int(count) {
            arguments[index] = CommandLine.unsafeArgv[index == 0 ? 0 : index + 1]
        }
        var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments
        chosen.store(Parser.allCases.firstIndex(of: parser)!, ordering: .relaxed)
        let status = LLVMFuzzerRunDriver(&count, &start) { bytes, count in
            let parser = Parser.allCases[chosen.load(ordering: .relaxed)]
            parser.parse(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
        exit(status)
    }
}
