package import TesseraFiles

/// A Whisper in the files of other programs, presented as the folder of the hub that it would be: what reads folders of the hub reads
/// it then, and knows of no other layout.
extension Whisper {
    package static func presented(_ folder: ModelFolder) throws(FileError) -> ModelFolder? {
        guard folder.isFile else {
            try refuseFolderOfFiles(folder)
            return try CTranslate2Whisper(folder)?.presented()
        }
        let file = try InputFile(folder.path)
        let start = try file.bytes(at: 0, count: min(file.byteCount, ForeignFormat.prefixCount))
        if start.starts(with: GGMLWhisper.magic) { return try GGMLWhisper(file).presented(folder) }
        if start.starts(with: ForeignFormat.zipMagic) { return try OpenAIWhisper.presented(folder, file) }
        let known = ForeignFormat.cause(start, path: file.path, insteadOf: "a Whisper in one file")
        let cause = "is neither whisper.cpp's nor openai/whisper's file: name the folder that holds the model"
        throw FileError(.badData, path: file.path, cause: known ?? cause)
    }

    /// Which of them is meant, a folder of such files does not say.
    private static func refuseFolderOfFiles(_ folder: ModelFolder) throws(FileError) {
        for name in ["config.json", "model.bin"] where try folder.contains(name) { return }
        let isOne = { (name: String) in name.hasPrefix("ggml-") && name.hasSuffix(".bin") || name.hasSuffix(".pt") }
        guard let name = folderContents(folder.path).first(where: isOne) else { return }
        throw FileError(
            .unreadable, path: folder.path, cause: "has no config.json; to run \(name.quoted), name the file itself")
    }
}
