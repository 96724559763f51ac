/// A page that shows which token looks at which: lines between two columns of tokens, for each layer and head, of all tokens or of the one
/// that is pointed at (after Vig, 2019, "A Multiscale Visualization of Attention in the Transformer Model"). It needs nothing but itself.
public struct TokenAttentionPage: Sendable {
    private let summary: (name: String, weights: [Float])
    private let layers: [[Float]]
    private let queries: [String]
    private let keys: [String]
    private let title: String
    private let shown: (layer: Int, head: Int)?

    /// - Parameters:
    ///   - summary: what is shown first, of all layers together, and what it is called: `attention rollout`, `[queries, keys]`.
    ///   - layers: what the heads of each layer take, from 0 to 1, `[heads, queries, keys]`.
    ///   - queries: the texts of the tokens that look.
    ///   - keys: the texts of the tokens that are looked at.
    ///   - title: what the model says, or the text.
    ///   - shown: the head that is shown first in the summary's place.
    public init(
        summary: (name: String, weights: [Float]), layers: [[Float]], queries: [String], keys: [String], title: String,
        shown: (layer: Int, head: Int)? = nil
    ) {
        let count = queries.count * keys.count
        precondition(count > 0, "there are no tokens")
        precondition(
            summary.weights.count == count && layers.allSatisfy { $0.count % count == 0 },
            "weights must be [heads, queries, keys]")
        (self.summary, self.layers, self.queries, self.keys) = (summary, layers, queries, keys)
        (self.title, self.shown) = (title, shown)
    }

    /// The page as an HTML file's bytes.
    public func html() -> [UInt8] {
        var page = TokenAttentionPage.beginning.replacing("TITLE", with: escaped(title))
        page += "<main data-layer=\"\(shown?.layer ?? -1)\" data-head=\"\(shown?.head ?? -1)\" "
        page += "data-summary=\"\(escaped(summary.name))\">\n"
        page += column(queries, name: "queries", says: "Tokens that look") + "<svg aria-hidden=\"true\"></svg>\n"
        page += column(keys, name: "keys", says: "Tokens that are looked at") + "</main>\n"
        for weights in [summary.weights] + layers {
            page += "<script type=\"text/plain\">\(characters(weights))</script>\n"
        }
        return Array((page + TokenAttentionPage.end).utf8)
    }

    private func column(_ tokens: [String], name: String, says label: String) -> String {
        let buttons = tokens.map { "<li><button>\(escaped($0))</button></li>" }.joined()
        return "<ol id=\"\(name)\" aria-label=\"\(label)\">\(buttons)</ol>\n"
    }

    /// A character a weight, from `#` for none to `}` for 1: no sign among them means anything to a page. What is not a number is none.
    private func characters(_ weights: [Float]) -> String {
        String(
            decoding: weights.map { weight in
                let level = UInt8(max(0, min(1, weight.isNaN ? 0 : weight)) * 90 + 0.5)
                let character = UInt8(ascii: "#") + level
                return [UInt8(ascii: "&"), UInt8(ascii: "<")].contains(character) ? character + 1 : character
            }, as: UTF8.self)
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\0"..." ": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
