internal import TesseraFiles
internal import TesseraText

/// A Whisper in a folder of CTranslate2, as faster-whisper has them: `model.bin`, config.json with what is suppressed, and
/// tokenizer.json or vocabulary.json or vocabulary.txt.
struct CTranslate2Whisper {
    private let folder: ModelFolder
    private let file: CTranslate2File
    private let sizes: WhisperSizes
    private let special: WhisperSpecialTokens

    private static let weightsName = "model.bin"
    private static let hubWeights = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
    ]

    /// Nil where the folder has no such file, or the hub's weights beside it.
    ///
    /// - Throws: `FileError.badData` naming the variable.
    init?(_ folder: ModelFolder) throws(FileError) {
        guard try folder.contains(CTranslate2Whisper.weightsName) else { return nil }
        for name in CTranslate2Whisper.hubWeights where try folder.contains(name) { return nil }
        let file = try CTranslate2File(try folder.open(CTranslate2Whisper.weightsName))
        guard file.specification == "WhisperSpec" else {
            let cause = "holds a model of CTranslate2's \(file.specification.quoted); 'WhisperSpec' is read"
            throw FileError(.badData, path: file.path, cause: cause)
        }
        sizes = try CTranslate2Whisper.sizes(file)
        guard let special = WhisperSpecialTokens(vocabularySize: sizes.vocabularySize) else {
            throw CTranslate2Whisper.error(file, "decoder/embeddings/weight", "has too few rows for Whisper's tokens")
        }
        (self.folder, self.file, self.special) = (folder, file, special)
    }

    /// The model as a folder of the hub.
    func presented() throws(FileError) -> ModelFolder {
        var files = WhisperHubFiles(
            sizes: sizes, special: special, alignmentHeads: [], tokenizerFile: try tokenizerFile(), source: file.path)
        if try folder.contains("config.json") { try readConfiguration(try folder.read("config.json"), &files) }
        var contents = try files.files()
        let features = "preprocessor_config.json"
        if try folder.contains(features) {
            contents[features] = try folder.open(features).contents(limit: JSONObject.byteLimit)
        }
        let names = CTranslate2WhisperNames(sizes)
        return folder.presented(files: contents, source: file.path) { [file] allowNonFinite in
            var file = file
            file.allowNonFinite = allowNonFinite
            return names.renamed(file)
        }
    }

    private func readConfiguration(_ config: JSONObject, _ files: inout WhisperHubFiles) throws(FileError) {
        func ids(_ key: String) throws(FileError) -> [Int]? {
            guard let numbers = try config.numbers(key) else { return nil }
            let ids = numbers.compactMap(Int.init(exactly:)).filter { (0..<sizes.vocabularySize).contains($0) }
            guard ids.count == numbers.count else { throw config.error(key, "holds an id outside the vocabulary") }
            return ids
        }
        (files.suppressed, files.suppressedAtFirst) = (try ids("suppress_ids"), try ids("suppress_ids_begin"))
        guard case .array(let pairs)? = config.value("alignment_heads") else { return }
        for pair in pairs {
            guard case .array(let numbers) = pair, numbers.count == 2, case .number(let layer) = numbers[0],
                case .number(let head) = numbers[1], let layer = layer.wholeNumber, let head = head.wholeNumber
            else { throw config.error("alignment_heads", "must hold pairs of a layer and a head") }
            files.alignmentHeads.append((layer, head))
        }
    }

    private func tokenizerFile() throws(FileError) -> [UInt8] {
        if try folder.contains("tokenizer.json") {
            return try folder.open("tokenizer.json").contents(limit: JSONObject.byteLimit)
        }
        for name in ["vocabulary.json", "vocabulary.txt"] where try folder.contains(name) {
            let file = try folder.open(name)
            let spellings = try CTranslate2Whisper.spellings(file).prefix(special.ordinaryCount)
            guard spellings.count == special.ordinaryCount,
                let vocabulary = RankedVocabulary(spellings: Array(spellings))
            else {
                let cause = "is not the vocabulary of a Whisper with \(special.ordinaryCount) ordinary tokens"
                throw FileError(.badData, path: file.path, cause: cause)
            }
            return vocabulary.tokenizerFile(special: special.all)
        }
        let cause = "holds no vocabulary: none of tokenizer.json, vocabulary.json and vocabulary.txt"
        throw FileError(.unreadable, path: folder.path, cause: cause)
    }

    /// A list of texts, or a text a line.
    private static func spellings(_ file: InputFile) throws(FileError) -> [String] {
        let bytes = try file.contents(limit: JSONObject.byteLimit)
        if file.path.hasSuffix(".json") { return try jsonTexts(bytes, path: file.path) }
        if let offset = firstInvalidUTF8(in: bytes) {
            throw FileError(.badData, path: file.path, cause: "is not UTF-8", place: "byte \(offset)")
        }
        return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func sizes(_ file: CTranslate2File) throws(FileError) -> WhisperSizes {
        func shape(_ name: String, rank: Int) throws(FileError) -> [Int] {
            guard let shape = file.shape(of: name), shape.count == rank, !shape.contains(0) else {
                throw error(file, name, "is missing, or has not \(rank) dimensions")
            }
            return shape
        }
        func layerCount(_ side: String) -> Int {
            var count = 0
            while count < 1024, file.contains("\(side)/layer_\(count)/ffn/linear_0/weight") { count += 1 }
            return count
        }
        let table = try shape("decoder/embeddings/weight", rank: 2)
        // Files of older versions do not say: the heads of all published models are 64 wide.
        let heads = max(1, table[1] / 64)
        return WhisperSizes(
            melBinCount: try shape("encoder/conv1/weight", rank: 3)[1],
            encoderContextLength: try shape("encoder/position_encodings/encodings", rank: 2)[0], hiddenSize: table[1],
            encoderHeadCount: try file.integer("encoder/num_heads") ?? heads, encoderLayerCount: layerCount("encoder"),
            decoderContextLength: try shape("decoder/position_encodings/encodings", rank: 2)[0],
            decoderHeadCount: try file.integer("decoder/num_heads") ?? heads, decoderLayerCount: layerCount("decoder"),
            vocabularySize: table[0],
            intermediateSize: try shape("encoder/layer_0/ffn/linear_0/weight", rank: 2)[0])
    }

    private static func error(_ file: CTranslate2File, _ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause, place: "variable \(name.quoted)")
    }
}
