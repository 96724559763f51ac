import TesseraSpeech
import Testing

/// Subtitles as players read them, of texts that no fixture says.
@Suite struct PlayerTests {
    @Test(arguments: ["a --> b", "<i>a & b</i>", "&lt;", "-->-->", "a < b --> c"])
    func textOfAnyKind(text: String) throws {
        let subtitles = [Subtitle(start: 1, end: 2, lines: [text])]
        let expected = [ParsedSubtitle(start: 1000, end: 2000, lines: [text.replacing("-->", with: "->")])]
        #expect(try parseSubRip(subtitles.subRip) == expected)
        #expect(try parseWebVTT(subtitles.webVTT) == expected)
    }
}
