import TesseraDrawing
import Testing

@Suite struct TokenAttentionPageTests {
    private static func page(_ layers: [[Float]], _ tokens: [String] = ["a", "b"], title: String = "both") -> String {
        let page = TokenAttentionPage(
            summary: ("rollout", [0, 1, 0.5, 0.25]), layers: layers, queries: tokens, keys: tokens, title: title)
        return String(decoding: page.html(), as: UTF8.self)
    }

    /// A plane for the summary and each layer, a character for each weight.
    @Test func everyWeightIsThere() {
        let page = Self.page([[0, 0, 0, 0, 1, 1, 1, 1], [.nan, -1, 2, .infinity, 0, 0, 0, 0]])
        let planes = page.split(separator: "<script type=\"text/plain\">").dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(planes == ["#}P:", "####}}}}", "##}}####"])
    }

    /// Nothing that a text holds can become a part of the page.
    @Test func textsStayTexts() {
        let text = #"</title><script>alert("&")</script>"#
        let page = Self.page([], [text, "\u{0}"], title: text)
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(&quot;&amp;&quot;)"))
        #expect(page.split(separator: "<script>").count == 2)
    }

    /// Weights never spell a sign that a page understands.
    @Test func weightsAreHarmless() {
        let weights = (0...999).map { Float($0) / 999 }
        let page = TokenAttentionPage(
            summary: ("rollout", weights), layers: [], queries: ["a"], keys: weights.map { "\($0)" }, title: "all")
        let plane = String(decoding: page.html(), as: UTF8.self).split(separator: "text/plain\">")[1].prefix(1000)
        #expect(!plane.contains("<") && !plane.contains("&") && Set(plane).count == 89)
    }
}
