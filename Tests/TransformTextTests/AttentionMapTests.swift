import TesseraFiles
import TestSupport
import Testing

/// `--attention-map`, of every subcommand that has one.
@Suite struct AttentionMapTests {
    private let folder = TemporaryFolder()

    private static let commands: [[String]] = [
        ["classify", "--model", Fixtures.ownPath("text-bert-classification")],
        ["tag", "--model", Fixtures.ownPath("text-bert-tokens")],
        ["fill", "--model", Fixtures.ownPath("text-bert-mask")],
        ["answer", "--context", "The keeper walked home.", "--model", Fixtures.ownPath("text-bert-qa")],
        ["embed", "--model", Fixtures.ownPath("text-minilm")],
        ["translate", "--model", Fixtures.ownPath("text-marian")],
        ["summarize", "--model", Fixtures.ownPath("text-bart")],
    ]

    private func contents(_ path: String) throws -> [UInt8] { try InputFile(path).contents(limit: 1 << 24) }

    /// What is printed is the same with a drawing as without.
    @Test(arguments: commands, ["png", "html"])
    func drawingsAreWritten(command: [String], kind: String) throws {
        let text = command[0] == "fill" ? "The [MASK] <b>walked</b> home" : "The keeper <b>walked</b> home"
        let path = folder.file("map." + kind)
        let plain = try transformText(command + [text])
        let drawn = try transformText(command + ["--attention-map", path, text])
        #expect(drawn.code == 0 && drawn.output == plain.output, "\(drawn)")
        let bytes = try contents(path)
        if kind == "png" {
            #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        } else {
            let page = String(decoding: bytes, as: UTF8.self)
            #expect(
                page.contains("<main") && !page.contains("<b>") && !page.contains("http:") && !page.contains("https:"))
        }
        let head = try transformText(command + ["--attention-map", path, "--attention-head", "1:1", text])
        #expect(try head.code == 0 && contents(path) != bytes)
        let none = try transformText(command + ["--attention-map", path, "--attention-head", "99:0", text])
        #expect(none.code == 64 && none.errors.contains("--attention-head 99:0 is not there"))
    }

    @Test(
        arguments: [
            ["--attention-map", "map.gif", "a"], ["--attention-head", "0:0", "a"],
            ["--attention-map", "map.png", "a", "b"],
            ["--attention-map", "map.png", "--attention-head", "0", "a"],
        ])
    func whatCannotBeDrawnIsRefused(options: [String]) throws {
        let named = options.map { $0.hasPrefix("map.") ? folder.file($0) : $0 }
        let outcome = try transformText(Self.commands[0] + named)
        #expect(outcome.code == 64 && outcome.output.isEmpty && outcome.errors.contains("--attention-"), "\(outcome)")
    }
}
