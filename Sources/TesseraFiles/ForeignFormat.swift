/// What a file of weights turns out to be that is not of the format it should be of, told by its first bytes, and what the user
/// can do about it.
package enum ForeignFormat {
    /// - Parameters:
    ///   - start: The first bytes of the file, at most `prefixCount`.
    ///   - path: The file, for the command that brings it to another format.
    ///   - wanted: What it should be.
    /// - Returns: A cause for an error; `nil` when the bytes are none of the formats known here.
    package static func cause(_ start: [UInt8], path: String, insteadOf wanted: String = "safetensors") -> String? {
        func begins(_ text: StaticString) -> Bool {
            start.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        if begins("version https://git-lfs") {
            return "is a Git LFS pointer, not the weights themselves: fetch them with 'git lfs pull'"
        }
        if begins("GGUF") || begins("lmgg") || begins("ggml") || begins("tjgg") || begins("fmgg") {
            return "is a GGML or GGUF file, not \(wanted): fetch the model's safetensors weights instead"
        }
        if start.starts(with: zipMagic) { return "is a PyTorch pickle, not \(wanted): call it pytorch_model.bin" }
        if start.starts(with: oldPickle) { return oldPickleCause(path) }
        if start.count > 2, start[0] == 0x80, 2...5 ~= start[1] {
            return
                "is a pickle, not \(wanted), and not run: load it in Python, write it with safetensors.torch.save_file"
        }
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            return "is an HDF5 file, not \(wanted): fetch the model's safetensors weights instead"
        }
        if start.count > 8, start[8] == UInt8(ascii: "{"), start[4...7].allSatisfy({ $0 == 0 }), wanted != "safetensors"
        {
            return "is safetensors, not \(wanted): call it model.safetensors"
        }
        if start.starts(with: [0x1F, 0x8B]) { return "is compressed with gzip: unpack it with gunzip" }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        let content = text.drop { $0.isWhitespace }
        if content.hasPrefix("<!doctype html") || content.hasPrefix("<html") {
            return "is a web page, not \(wanted): the download went wrong; fetch the file again"
        }
        return nil
    }

    package static let prefixCount = 64
    /// What every ZIP archive begins with.
    package static let zipMagic: [UInt8] = [0x50, 0x4B, 3, 4]

    /// The number that `torch.save` began its files with before they were ZIP archives, 0x1950A86A20F9469CFC6C, as a pickle.
    private static let oldPickle: [UInt8] = [
        0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]

    private static func oldPickleCause(_ path: String) -> String {
        let name = splitPath(path).name
        let file = name.isHarmlessInCommands ? name : "FILE"
        let command = "python3 -c \"import torch; torch.save(torch.load('\(file)', map_location='cpu'), '\(file)')\""
        return "was written by PyTorch before 1.6, which is not read; write it again in its folder with: \(command)"
    }
}

extension String {
    /// Whether a shell and Python read the name as no more than a name: letters, digits, `_`, `-` and `.` only.
    var isHarmlessInCommands: Bool {
        let accepted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8
        return !isEmpty && utf8.allSatisfy { accepted.contains($0) }
    }
}
