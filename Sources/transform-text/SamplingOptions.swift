import ArgumentParser
import TesseraCommands
import TesseraTransformer

/// The options of tokens that are drawn by chance, and of what is drawn less often.
struct SamplingOptions: ParsableArguments {
    @Option(
        help:
            "Draws tokens by chance; higher ones flatten the distribution, 0 takes the likeliest (default: as the model says)."
    )
    var temperature: Float?

    @Option(help: "Draws from so many of the likeliest tokens; 0 for all (default: as the model says, or 50).")
    var topK: Int?

    @Option(help: "Draws from the likeliest tokens that together have this share (default: as the model says, or 1).")
    var topP: Float?

    @Option(help: "Draws no token less likely than this share of the likeliest (default: as the model says, or 0).")
    var minP: Float?

    @Option(
        help: "Makes tokens that the text has already less likely by this factor (default: as the model says, or 1).")
    var repetitionPenalty: Float?

    @Option(help: "What tokens are drawn with: the same seed draws the same.")
    var seed: UInt64 = 0

    func validate() throws {
        try require("--temperature", temperature.map(Double.init), in: 0...1_000)
        try require("--top-k", topK, in: 0...10_000_000)
        try require("--top-p", topP.map(Double.init), in: 0...1)
        try require("--min-p", minP.map(Double.init), in: 0...1)
        try require("--repetition-penalty", repetitionPenalty.map(Double.init), in: 0.01...100)
    }

    /// Whether an option asks for it.
    var areTokensDrawn: Bool {
        guard let temperature else { return topK != nil || topP != nil || minP != nil }
        return temperature > 0
    }

    /// Changes what the folder says by what is asked for.
    func apply(to settings: inout GenerationSettings) {
        settings.seed = seed
        settings.repetitionPenalty = repetitionPenalty ?? settings.repetitionPenalty
        if let topK { settings.sampling.topK = topK == 0 ? nil : topK }
        settings.sampling.topP = topP ?? settings.sampling.topP
        settings.sampling.minP = minP ?? settings.sampling.minP
        if temperature == 0 { settings.isSampling = false }
        guard areTokensDrawn else { return }
        settings.sampling.temperature = temperature ?? settings.sampling.temperature
        (settings.isSampling, settings.beamCount) = (true, 1)
    }
}
