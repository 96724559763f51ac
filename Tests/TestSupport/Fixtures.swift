public import TesseraFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The reference files of the tests: those in the folder that TESSERA_FIXTURES names, and, for what it does not hold, those
/// in Tests/Fixtures.
public enum Fixtures {
    private static let own = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures"
    private static let folder = getenv("TESSERA_FIXTURES").map { String(cString: $0) } ?? own

    /// The path of a fixture.
    public static func path(_ relative: String) -> String {
        let chosen = folder + "/" + relative
        return access(chosen, F_OK) == 0 ? chosen : own + "/" + relative
    }

    /// The path of a fixture of Tests/Fixtures, whatever folder was chosen: for files that belong together.
    public static func ownPath(_ relative: String) -> String { own + "/" + relative }

    /// Whether a file is there.
    public static func holds(_ relative: String) -> Bool { access(path(relative), R_OK) == 0 }

    /// The names of the folders that hold every one of `files`: in the chosen folder, or, where it has none, in Tests/Fixtures.
    ///
    /// - Parameter isWanted: told the path of such a folder.
    public static func folders(with files: String..., where isWanted: (String) -> Bool = { _ in true }) -> [String] {
        func found(in folder: String) -> [String] {
            folderContents(folder).filter { name in
                files.allSatisfy { access("\(folder)/\(name)/\($0)", R_OK) == 0 } && isWanted("\(folder)/\(name)")
            }
        }
        let chosen = found(in: folder)
        return chosen.isEmpty ? found(in: own) : chosen
    }

    /// The names of the folders that hold a model of one of the types and references for what is to be compared. What a folder
    /// holds says which tests it is for; one whose references cannot be read is for all of them, which then fail.
    ///
    /// - Parameters:
    ///   - modelTypes: as config.json has them.
    ///   - isWanted: whether the references are those that a test needs.
    public static func models(
        ofTypes modelTypes: [String], where isWanted: (Safetensors) -> Bool = { _ in true }
    ) -> [String] {
        folders(with: "config.json", "model.safetensors", "reference.safetensors") { path in
            guard let type = try? JSONObject.read(path + "/config.json").string("model_type"), modelTypes.contains(type)
            else { return false }
            return (try? Safetensors(path + "/reference.safetensors")).map(isWanted) ?? true
        }
    }
}
