/// What a file that should be safetensors turns out to be, told by its first bytes, and what the user can do about it.
enum ForeignFormat {
    /// - Parameter start: The first bytes of the file, at most `prefixCount`.
    /// - Returns: A cause for an error; `nil` when the bytes are none of the formats known here.
    static func cause(_ start: [UInt8]) -> String? {
        func begins(_ text: StaticString) -> Bool {
            start.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        if begins("version https://git-lfs") {
            return "is a Git LFS pointer, not the weights themselves: fetch them with 'git lfs pull'"
        }
        if begins("GGUF") || begins("lmgg") || begins("ggml") || begins("tjgg") || begins("fmgg") {
            return "is a GGML or GGUF file, not safetensors: fetch the model's safetensors weights instead"
        }
        if begins("PK\u{3}\u{4}") || start.starts(with: [0x80, 2]) || start.starts(with: [0x80, 4]) {
            return "is a PyTorch pickle, not safetensors: load it in Python and write it with safetensors.torch.save_file"
        }
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            return "is an HDF5 file, not safetensors: fetch the model's safetensors weights instead"
        }
        if start.starts(with: [0x1F, 0x8B]) { return "is compressed with gzip: unpack it with gunzip" }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        let content = text.drop { $0.isWhitespace }
        if content.hasPrefix("<!doctype html") || content.hasPrefix("<html") {
            return "is a web page, not safetensors: the download went wrong; fetch the file again"
        }
        return nil
    }

    static let prefixCount = 64
}
