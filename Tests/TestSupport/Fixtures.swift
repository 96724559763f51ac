#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The reference files of the tests: Tests/Fixtures, or the folder that TESSERA_FIXTURES names.
public enum Fixtures {
    public static let folder: String = {
        if let chosen = getenv("TESSERA_FIXTURES") { return String(cString: chosen) }
        return #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures"
    }()

    /// The path of a fixture.
    public static func path(_ relative: String) -> String { folder + "/" + relative }

    /// The fixtures' folders, by name, that hold every one of `files`.
    public static func folders(with files: String...) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if files.allSatisfy({ access(path("\(name)/\($0)"), R_OK) == 0 }) { names.append(name) }
        }
        return names.sorted()
    }
}
