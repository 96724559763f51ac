import TesseraSpeech
import Testing

/// Where words begin.
@Suite struct WordTokenTests {
    /// openai/whisper: a part begins a word when it begins with a space, or when what `strip` leaves of it is punctuation or
    /// nothing.
    @Test(arguments: [
        ("\u{1E}", true), ("\u{1C}\u{1F}", true), ("\u{85}", true), (" a", true), (".", true), ("?\u{1D}", true),
        ("a", false),
        ("\u{1E}a", false), ("\u{A0}a", false), ("é", false), ("\u{200B}", false), ("!\"", true), ("\"!", false),
    ])
    func whatBeginsAWord(part: String, begins: Bool) {
        #expect(beginsWord(part) == begins)
    }
}
