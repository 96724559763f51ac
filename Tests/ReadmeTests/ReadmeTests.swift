import TesseraFiles
import TestSupport
import Testing

/// README's programs stand in this target too, so that they are compiled, each in a function of its own; here they are compared.
@Suite struct ReadmeTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// What stands between the lines that begin and end a block of Swift, one string a block.
    static let programs: [String] = {
        var (programs, isInside): ([String], Bool) = ([], false)
        for line in text(root + "/README.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if isInside, line == "```" {
                isInside = false
            } else if isInside {
                programs[programs.count - 1] += line + "\n"
            } else if line == "```swift" {
                programs.append("")
                isInside = true
            }
        }
        return programs
    }()

    static let files = ["Pictures.swift", "Recordings.swift", "Texts.swift", "Series.swift"]

    @Test func everyProgramIsCompiled() {
        #expect(Self.programs.count == Self.files.count)
    }

    /// The imports, and behind them what stands in the function, but for what README does not say.
    @Test(arguments: zip(programs, files))
    func programsAreREADMEs(program: String, file: String) {
        let source = text(Self.root + "/Tests/ReadmeTests/" + file)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let imports = lines.prefix { $0.hasPrefix("import ") }
        let function = lines.drop { !$0.hasPrefix("func ") }.dropFirst()
        let body = function.prefix { $0 != "}" && $0 != "    // Not in README." }
        let compiled = imports + [""] + body.map { $0.dropFirst(4) }
        #expect(compiled.map { $0 + "\n" }.joined() == program, "change \(file) as README was changed")
    }
}
