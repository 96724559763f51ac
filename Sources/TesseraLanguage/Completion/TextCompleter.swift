public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText
public import TesseraTransformer

/// Goes on with texts (Radford et al., 2019), with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let completer = try TextCompleter(folder: "gpt2")
/// print(try completer.complete(["The lighthouse keeper"])[0].output)
/// for try await text in completer.text(behind: "The lighthouse keeper") { print(text, terminator: "") }
/// ```
///
/// GPT-2, GPT-NeoX, Llama and Qwen2 are supported.
public struct TextCompleter: TextTask {
    let decoder: TokenDecoder
    let tokenizer: any TextTokenizer
    /// What makes prompts of conversations, nil where the folder has no such; or why it is not run, which concerns these alone.
    let chatTemplate: Result<ChatTemplate?, FileError>
    /// How texts are completed where the caller says nothing else: as generation_config.json says, and 256 tokens at most where that
    /// names no limit.
    public let settings: GenerationSettings
    /// What the model's folder is called, for errors.
    let name: String
    let threads: Threads

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        (name, self.threads) = (folder.name, threads)
        decoder = try threads.run { () throws(FileError) in
            try CausalLanguageModel(folder, precision, allowNonFinite: allowNonFinite).decoder
        }
        tokenizer = try folder.textTokenizer()
        chatTemplate = Result { () throws(FileError) in try folder.chatTemplate() }
        var settings = try GenerationSettings(folder, vocabularySize: decoder.vocabularySize)
        if settings.maximumNewTokens == nil, settings.maximumLength == nil { settings.maximumNewTokens = 256 }
        self.settings = settings
    }

    public static var supportedModelTypes: [String] { languageModelFamilies.modelTypes }

    /// How many tokens the model reads, what it writes included.
    public var contextLength: Int { decoder.contextLength }

    /// What tokens stand for by themselves, special ones by their names: of a part of a character a mark that it is none.
    public func text(of tokens: [Int32]) -> String { tokenizer.decode(tokens, skippingSpecialTokens: false) }
}
