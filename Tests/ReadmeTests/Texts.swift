import TesseraLanguage

// swift-format-ignore
func readmeTexts() async throws {
    let translator = try Translator(folder: "Models/translate-de-en", precision: .int8)
    let text = "Zwei Kinder spielen am Strand mit einem Hund."
    let translation = try translator.translate([text], to: "en")[0]
    print(translation.text, try translator.attention(of: translation, reading: text, to: "en").weights())

    let completer = try TextCompleter(folder: "gpt2", precision: .int8)
    for try await part in completer.text(behind: "The lighthouse keeper") { print(part, terminator: "") }
    let vectors = try SentenceEmbedder(folder: "all-MiniLM-L6-v2").embed(["A quiet film", "Ein stiller Film"]).embeddings
    // Not in README.
    _ = vectors
}
