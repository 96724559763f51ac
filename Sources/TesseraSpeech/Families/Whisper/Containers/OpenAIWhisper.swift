internal import TesseraFiles
internal import TesseraText

/// A Whisper in openai/whisper's own file, `NAME.pt`: its sizes and its tensors. The vocabulary lies beside it.
enum OpenAIWhisper {
    /// The model as a folder of the hub.
    ///
    /// - Throws: `FileError` when the file is damaged or no Whisper, and naming the files of which one must lie beside it.
    static func presented(_ folder: ModelFolder, _ file: InputFile) throws(FileError) -> ModelFolder {
        let weights = try PyTorchFile(file, allowNonFinite: false)
        guard let dims = weights.integers(of: "dims") else {
            let cause = "has no 'dims', and so is none of openai/whisper's: name the folder that holds the model"
            throw FileError(.badData, path: file.path, cause: cause)
        }
        let sizes = try sizes(dims, path: file.path)
        guard let special = WhisperSpecialTokens(vocabularySize: sizes.vocabularySize) else {
            throw FileError(.badData, path: file.path, cause: "has too small a vocabulary", place: "dims.n_vocab")
        }
        let files = WhisperHubFiles(
            sizes: sizes, special: special,
            alignmentHeads: WhisperAlignmentHeads.heads(
                sizes, isMultilingual: special.isMultilingual, name: splitPath(file.path).name),
            tokenizerFile: try tokenizerFile(beside: file.path, special), source: file.path)
        return folder.presented(files: try files.files(), source: file.path) { allowNonFinite in
            var weights = weights
            weights.allowNonFinite = allowNonFinite
            return OpenAIWhisperNames.renamed(weights)
        }
    }

    private static func sizes(_ dims: [String: Int], path: String) throws(FileError) -> WhisperSizes {
        func size(_ key: String) throws(FileError) -> Int {
            guard let size = dims[key], (1...10_000_000).contains(size) else {
                let cause = dims[key].map { "is \($0), which is no size" } ?? "is missing"
                throw FileError(.badData, path: path, cause: cause, place: "dims.\(key)")
            }
            return size
        }
        let hidden = try size("n_audio_state")
        guard try size("n_text_state") == hidden else {
            throw FileError(.badData, path: path, cause: "is not n_audio_state, \(hidden)", place: "dims.n_text_state")
        }
        return WhisperSizes(
            melBinCount: try size("n_mels"), encoderContextLength: try size("n_audio_ctx"), hiddenSize: hidden,
            encoderHeadCount: try size("n_audio_head"), encoderLayerCount: try size("n_audio_layer"),
            decoderContextLength: try size("n_text_ctx"), decoderHeadCount: try size("n_text_head"),
            decoderLayerCount: try size("n_text_layer"), vocabularySize: try size("n_vocab"),
            intermediateSize: 4 * hidden)
    }

    /// The file holds no vocabulary: openai/whisper has it in its program, in two files.
    private static func tokenizerFile(
        beside path: String, _ special: WhisperSpecialTokens
    ) throws(FileError) -> [UInt8] {
        let folder = try ModelFolder(splitPath(path).folder)
        if try folder.contains("tokenizer.json") {
            return try folder.open("tokenizer.json").contents(limit: JSONObject.byteLimit)
        }
        let name = special.isMultilingual ? "multilingual.tiktoken" : "gpt2.tiktoken"
        guard try folder.contains(name) else {
            let cause =
                "holds no vocabulary: put openai/whisper's whisper/assets/\(name) or the hub's tokenizer.json beside it"
            throw FileError(.unreadable, path: path, cause: cause)
        }
        let vocabulary = try RankedVocabulary(tiktoken: try folder.open(name))
        guard vocabulary.tokens.count == special.ordinaryCount else {
            let cause = "has \(vocabulary.tokens.count) tokens, where the model knows \(special.ordinaryCount)"
            throw FileError(.badData, path: joinPath(folder.path, name), cause: cause)
        }
        return vocabulary.tokenizerFile(special: special.all)
    }
}
