import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// Folders whose files contradict each other or themselves are refused, naming the file and the key.
@Suite struct ModelRefusalTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let file, key, value: String
        /// What the error says.
        let says: String
        var testDescription: String { "\(key): \(value)" }
    }

    static let changes = [
        Change(file: "config.json", key: "max_target_positions", value: "4", says: "max_target_positions"),
        Change(file: "config.json", key: "max_target_positions", value: "1000000000", says: "max_target_positions"),
        Change(file: "config.json", key: "vocab_size", value: "604", says: "vocab_size"),
        Change(file: "config.json", key: "d_model", value: "49", says: "attention_heads"),
        Change(file: "config.json", key: "d_model", value: "1000000000000000000", says: "d_model"),
        Change(file: "config.json", key: "decoder_layers", value: "-1", says: "decoder_layers"),
        Change(file: "config.json", key: "encoder_layers", value: "1", says: "unexpected"),
        Change(file: "config.json", key: "max_source_positions", value: "101", says: "max_source_positions"),
        Change(file: "config.json", key: "activation_function", value: "\"sine\"", says: "activation_function"),
        Change(file: "config.json", key: "num_mel_bins", value: "81", says: "num_mel_bins"),
        Change(file: "config.json", key: "model_type", value: "\"wave\"", says: "model_type"),
        Change(file: "config.json", key: "auto_map", value: "{}", says: "auto_map"),
        Change(file: "generation_config.json", key: "alignment_heads", value: "[[99, 0]]", says: "alignment_heads"),
        Change(file: "generation_config.json", key: "suppress_tokens", value: "[1e9]", says: "suppress_tokens"),
        Change(file: "generation_config.json", key: "lang_to_id", value: "{\"<|en|>\": -3}", says: "lang_to_id"),
        Change(file: "generation_config.json", key: "no_timestamps_token_id", value: "0.5", says: "no_timestamps"),
        Change(file: "preprocessor_config.json", key: "chunk_length", value: "3", says: "max_source_positions"),
        Change(file: "preprocessor_config.json", key: "hop_length", value: "0", says: "hop_length"),
    ]

    /// A copy of the Whisper fixture; `change` rewrites the members of one of its JSON files.
    private func copy(_ change: Change?, leavingOut absent: String = "") throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let files = [
            "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors",
        ]
        for name in files where name != absent {
            var bytes = try InputFile(Fixtures.ownPath("whisper/" + name)).contents(limit: 1 << 24)
            if let change, change.file == name {
                bytes = withMember(change.key, change.value, in: bytes)
            }
            folder.write(name, bytes)
        }
        return folder
    }

    @Test(arguments: changes)
    func contradictionsAreNamed(_ change: Change) throws {
        let folder = try copy(change)
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(change.says) } == true, "\(error as Any)")
    }

    @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
    func absentFilesAreNamed(name: String) throws {
        let folder = try copy(nil, leavingOut: name)
        let error = #expect(throws: FileError.self) { _ = try Transcriber(folder: folder.path) }
        #expect(error?.kind == .unreadable && error.map { "\($0)".contains(name) } == true, "\(error as Any)")
    }

    @Test func theCopyItselfIsAccepted() throws {
        let folder = try copy(nil)
        _ = try Transcriber(folder: folder.path)
    }
}
