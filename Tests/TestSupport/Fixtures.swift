#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The files that tests read: those in Tests/Fixtures, or in the folder that TESSERA_FIXTURES names.
public enum Fixtures {
    /// The full path of a fixture, such as `vit/config.json`.
    public static func path(_ relative: String) -> String {
        if let folder = getenv("TESSERA_FIXTURES") { return String(cString: folder) + "/" + relative }
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(tests)/Fixtures/\(relative)"
    }
}
