import ArgumentParser
import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraLanguage
import TesseraTransformer

/// The options that draw which word of a text looks at which.
struct AttentionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draw which token looks at which, of one text: as a picture, or as a page to look around in.",
            valueName: "out.png or out.html"))
    var attentionMap: String?

    @Option(
        help: ArgumentHelp(
            "Draw one head of one layer, both counted from 0, instead of all of them.", valueName: "layer:head"))
    var attentionHead: AttentionHead?

    func validate() throws {
        guard attentionHead == nil || attentionMap != nil else {
            throw ValidationError("--attention-head needs --attention-map, which says where to draw.")
        }
        guard attentionMap.map({ $0.hasSuffix(".png") || isPage($0) }) != false else {
            throw ValidationError(
                "--attention-map draws a picture, which ends in .png, or a page, which ends in .html.")
        }
    }

    /// How many texts may be given.
    var textLimit: Int? { attentionMap == nil ? nil : 1 }

    /// Draws, where that is asked for.
    ///
    /// - Parameters:
    ///   - title: what the model says, or the text.
    ///   - attention: which token looks at which.
    /// - Throws: `ValidationError` when the head is not there; `FileError` when the drawing cannot be written.
    func draw(_ title: String, _ attention: () throws -> TokenAttention) throws {
        guard let path = attentionMap else { return }
        let attention = try attention()
        try attentionHead?.check(layerCount: attention.layers.count, headCount: attention.headCount)
        guard !attention.queries.isEmpty, !attention.keys.isEmpty else {
            throw FileError(.badData, path: path, cause: "cannot be drawn: there is no token")
        }
        try writeDrawing(to: path) {
            try isPage(path) ? page(of: attention, title) : picture(of: attention, title).png()
        }
    }

    private func isPage(_ path: String) -> Bool { path.hasSuffix(".html") }

    private func picture(of attention: TokenAttention, _ title: String) -> TokenAttentionDrawing {
        TokenAttentionDrawing(
            weights: attention.weights(attentionHead.map { .head(layer: $0.layer, head: $0.head) } ?? .allLayers),
            queries: attention.queries, keys: attention.keys, title: title,
            caption: (attentionHead?.caption ?? attention.summary) + ": each row looks at the columns")
    }

    private func page(of attention: TokenAttention, _ title: String) -> [UInt8] {
        TokenAttentionPage(
            summary: (attention.summary, attention.weights()), layers: attention.layers.map(\.values),
            queries: attention.queries, keys: attention.keys, title: title,
            shown: attentionHead.map { ($0.layer, $0.head) }
        ).html()
    }
}

extension TokenAttention {
    /// What all layers together are called.
    fileprivate var summary: String { isCrossAttention ? "mean of all heads" : "attention rollout" }
}
