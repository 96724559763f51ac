extension WordPieceTokenizer {
    /// The text of tokens, as near as can be: case, accents and spaces that encoding left out are lost.
    ///
    /// - Parameter skippingSpecialTokens: whether special tokens are left out; their names appear otherwise.
    public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
        var text: [UInt8] = []
        for id in ids {
            let special = added[id]
            if skippingSpecialTokens, special?.isSpecial == true { continue }
            guard let token = special.map({ Array($0.content.utf8)[...] }) ?? vocabulary[Int(id)] else { continue }
            if !text.isEmpty, token.starts(with: mark) {
                text += token.dropFirst(mark.count)
            } else {
                if !text.isEmpty { text.append(UInt8(ascii: " ")) }
                text += token
            }
        }
        let decoded = String(decoding: text, as: UTF8.self)
        return cleansDecoded ? decoded.withoutSpacesBeforePunctuation : decoded
    }
}

extension String {
    /// As transformers' `clean_up_tokenization` leaves a text.
    var withoutSpacesBeforePunctuation: String {
        var text = Array(utf8)
        for (spaced, joined) in [
            (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
            (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
        ] {
            text = text.replacing(.literal(Array(spaced.utf8)), with: Array(joined.utf8))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
