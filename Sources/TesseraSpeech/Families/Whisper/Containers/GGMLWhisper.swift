internal import TesseraFiles
internal import TesseraText

/// A Whisper in whisper.cpp's file, `ggml-NAME.bin`: sizes, the filters of sound, the vocabulary, the tensors.
struct GGMLWhisper {
    private let sizes: WhisperSizes
    private let special: WhisperSpecialTokens
    private let vocabulary: RankedVocabulary
    private let tensors: GGMLTensors

    /// The first bytes of such a file.
    static let magic = Array("lmgg".utf8)
    private static let tokenLimit = 1 << 12

    /// - Throws: `FileError.badData` naming the byte or the tensor.
    init(_ file: InputFile) throws(FileError) {
        var cursor = FileCursor(file)
        try cursor.skip(GGMLWhisper.magic.count, of: "the header")
        sizes = try GGMLWhisper.sizes(&cursor)
        try GGMLWhisper.checkQuantization(&cursor)
        try GGMLWhisper.passOverFilters(&cursor, sizes)
        let tokens = try GGMLWhisper.tokens(&cursor, limit: sizes.vocabularySize)
        guard let special = WhisperSpecialTokens(vocabularySize: sizes.vocabularySize, ordinaryCount: tokens.count),
            tokens.count >= special.ordinaryCount
        else { throw cursor.error("has \(tokens.count) tokens, too few for a vocabulary of \(sizes.vocabularySize)") }
        self.special = special
        // Old files end the list of ordinary tokens with a special one.
        vocabulary = RankedVocabulary(Array(tokens.prefix(special.ordinaryCount)))
        tensors = try GGMLTensors(cursor)
    }

    /// The model as a folder of the hub.
    func presented(_ folder: ModelFolder) throws(FileError) -> ModelFolder {
        let files = WhisperHubFiles(
            sizes: sizes, special: special,
            alignmentHeads: WhisperAlignmentHeads.heads(
                sizes, isMultilingual: special.isMultilingual, name: splitPath(folder.path).name),
            tokenizerFile: vocabulary.tokenizerFile(special: special.all), source: folder.path)
        return folder.presented(files: try files.files(), source: folder.path) { [tensors] allowNonFinite in
            var tensors = tensors
            tensors.allowNonFinite = allowNonFinite
            return OpenAIWhisperNames.renamed(tensors)
        }
    }

    private static func sizes(_ cursor: inout FileCursor) throws(FileError) -> WhisperSizes {
        var numbers: [Int] = []
        for name in [
            "n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer", "n_text_ctx", "n_text_state",
            "n_text_head", "n_text_layer", "n_mels",
        ] {
            let start = cursor
            let number = Int(try cursor.number(Int32.self, of: "the header"))
            guard (1...10_000_000).contains(number) else {
                throw start.error("has \(number) as \(name), which is no size")
            }
            numbers.append(number)
        }
        guard numbers[6] == numbers[2] else {
            throw cursor.error("has n_text_state \(numbers[6]), not n_audio_state \(numbers[2])")
        }
        return WhisperSizes(
            melBinCount: numbers[9], encoderContextLength: numbers[1], hiddenSize: numbers[2],
            encoderHeadCount: numbers[3],
            encoderLayerCount: numbers[4], decoderContextLength: numbers[5], decoderHeadCount: numbers[7],
            decoderLayerCount: numbers[8], vocabularySize: numbers[0], intermediateSize: 4 * numbers[2])
    }

    /// The blocks of quantised tensors were others before their version 2, of May 2023.
    private static func checkQuantization(_ cursor: inout FileCursor) throws(FileError) {
        let start = cursor
        let type = try cursor.number(UInt32.self, of: "the header")
        guard type % 1000 < 2 || type / 1000 == 2 else {
            throw start.error("has quantised tensors of version \(type / 1000), not 2: quantise the model again")
        }
    }

    /// They are those of Whisper, which are computed here.
    private static func passOverFilters(_ cursor: inout FileCursor, _ sizes: WhisperSizes) throws(FileError) {
        let start = cursor
        let (count, size) = (
            try cursor.number(UInt32.self, of: "the filters"), try cursor.number(UInt32.self, of: "the filters")
        )
        guard count == sizes.melBinCount, size == 201 else {
            throw start.error("has \(count) filters of \(size) frequencies, where \(sizes.melBinCount) of 201 belong")
        }
        try cursor.skip(Int(count) * Int(size) * 4, of: "the filters")
    }

    private static func tokens(_ cursor: inout FileCursor, limit: Int) throws(FileError) -> [[UInt8]] {
        let start = cursor
        let count = try cursor.number(UInt32.self, of: "the vocabulary")
        guard count <= limit else { throw start.error("has \(count) tokens in a vocabulary of \(limit)") }
        var tokens: [[UInt8]] = []
        for _ in 0..<count {
            let start = cursor
            let size = Int(try cursor.number(UInt32.self, of: "the vocabulary"))
            guard size <= tokenLimit else { throw start.error("has a token of \(size) bytes") }
            tokens.append(try cursor.bytes(size, of: "the vocabulary"))
        }
        return tokens
    }
}
