import ArgumentParser
import TesseraCommands
import TesseraTransformer

/// The options of texts that are written: what generation_config.json says holds unless one of them does.
struct GenerationOptions: ParsableArguments {
    @Option(help: "How many beams are kept; 1 takes the likeliest token each time (default: as the model says).")
    var beamSize: Int?

    @Option(help: "Above 0 beams prefer long texts, below 0 short ones (default: as the model says).")
    var lengthPenalty: Double?

    @Option(help: "No run of so many tokens comes twice; 0 lets any (default: as the model says).")
    var noRepeatNgram: Int?

    @Option(help: "The fewest tokens that are written (default: as the model says).")
    var minLength: Int?

    @OptionGroup var sampling: SamplingOptions

    func validate() throws {
        try require("--beam-size", beamSize, in: 1...1_000)
        try require("--length-penalty", lengthPenalty, in: -100...100)
        try require("--no-repeat-ngram", noRepeatNgram, in: 0...1_000)
        try require("--min-length", minLength, in: 0...1_000_000)
        guard (beamSize ?? 1) == 1 || !sampling.areTokensDrawn else {
            throw ValidationError("Of --beam-size and what draws tokens by chance, only one can be had.")
        }
    }

    /// What the folder says, changed by what is asked for.
    ///
    /// - Parameter maximumLength: the most tokens, the one that a decoder beside an encoder begins with counted.
    func applied(to settings: GenerationSettings, maximumLength: Int?) -> GenerationSettings {
        var settings = settings
        sampling.apply(to: &settings)
        if let beamSize {
            settings.beamCount = beamSize
            if beamSize > 1 { settings.isSampling = false }
        }
        settings.lengthPenalty = lengthPenalty ?? settings.lengthPenalty
        settings.unrepeatedNGramSize = noRepeatNgram ?? settings.unrepeatedNGramSize
        if let minLength { (settings.minimumLength, settings.minimumNewTokens) = (minLength, 0) }
        if let maximumLength { (settings.maximumLength, settings.maximumNewTokens) = (maximumLength, nil) }
        return settings
    }
}
