internal import TesseraText

extension Tokenizer {
    /// The tokens of what is written down though nobody says it, notes and brackets for instance, which openai/whisper suppresses
    /// unless it is told otherwise (`non_speech_tokens`).
    var nonSpeechTokens: [Int] {
        let symbols =
            #"" # ( ) * + / : ; < = > @ [ \ ] ^ _ ` { | } ~ 「 」 『 』 << >> <<< >>> -- --- -( -[ (' (" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪"#
        let notes = "♩ ♪ ♫ ♬ ♭ ♮ ♯"
        // Hyphens and apostrophes are spoken of within words, but not before them.
        var ids = Set([" -", " '"].compactMap { encode($0, recognisingAddedTokens: false).first })
        for (text, isNote) in symbols.words.map({ ($0, false) }) + notes.words.map({ ($0, true) }) {
            for variant in [text, " " + text] {
                let tokens = encode(variant, recognisingAddedTokens: false)
                // Of notes the first bytes are a token that begins nothing else.
                if let first = tokens.first, tokens.count == 1 || isNote { ids.insert(first) }
            }
        }
        return ids.map(Int.init).sorted()
    }
}

extension String {
    fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
