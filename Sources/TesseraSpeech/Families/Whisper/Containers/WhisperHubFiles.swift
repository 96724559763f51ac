internal import TesseraFiles
internal import TesseraText

/// The files that a folder of the hub would hold beside the weights of a Whisper that came otherwise.
struct WhisperHubFiles {
    let sizes: WhisperSizes
    let special: WhisperSpecialTokens
    /// Ids that are never written down, and those that no transcript begins with; openai/whisper's where nil.
    var suppressed: [Int]?
    var suppressedAtFirst: [Int]?
    /// Where attention follows the words, layer and head.
    var alignmentHeads: [(layer: Int, head: Int)]
    /// tokenizer.json.
    let tokenizerFile: [UInt8]
    /// The file that all of this was read from, for errors.
    let source: String

    /// By name.
    ///
    /// - Throws: `FileError` when the tokenizer cannot be used.
    func files() throws(FileError) -> [String: [UInt8]] {
        var suppression = suppressed.map { ($0, suppressedAtFirst ?? [special.endOfText]) }
        if suppression == nil {
            let tokenizer = try Tokenizer(JSONObject(bytes: tokenizerFile, path: source))
            guard tokenizer.id(of: "<|endoftext|>").map(Int.init) == special.endOfText else {
                let cause =
                    "has a vocabulary of \(sizes.vocabularySize); what lies beside it is the tokenizer of another model"
                throw FileError(.badData, path: source, cause: cause)
            }
            suppression = (
                tokenizer.nonSpeechTokens + suppressedSpecial, tokenizer.encode(" ").map(Int.init) + [special.endOfText]
            )
        }
        let (always, atFirst) = suppression ?? ([], [])
        return [
            "config.json": try object(writeConfiguration), "preprocessor_config.json": try object(writeFeatures),
            "generation_config.json": try object { writeGeneration(&$0, suppressed: always, atFirst: atFirst) },
            "tokenizer.json": tokenizerFile,
        ]
    }

    /// What steers a transcript is never part of one.
    private var suppressedSpecial: [Int] {
        [
            special.startOfTranscript, special.translate, special.transcribe, special.startOfLanguageModel,
            special.startOfPrevious, special.noSpeech,
        ]
    }

    private func object(_ write: (inout JSONWriter) -> Void) throws(FileError) -> [UInt8] {
        var json = JSONWriter(indentation: 2)
        json.object { write(&$0) }
        return try json.finish(path: source)
    }

    private func writeConfiguration(_ json: inout JSONWriter) {
        json.write("whisper", for: "model_type")
        json.array("architectures") { $0.write("WhisperForConditionalGeneration") }
        let numbers = [
            ("vocab_size", sizes.vocabularySize), ("num_mel_bins", sizes.melBinCount), ("d_model", sizes.hiddenSize),
            ("encoder_layers", sizes.encoderLayerCount), ("encoder_attention_heads", sizes.encoderHeadCount),
            ("encoder_ffn_dim", sizes.intermediateSize), ("max_source_positions", sizes.encoderContextLength),
            ("decoder_layers", sizes.decoderLayerCount), ("decoder_attention_heads", sizes.decoderHeadCount),
            ("decoder_ffn_dim", sizes.intermediateSize), ("max_target_positions", sizes.decoderContextLength),
        ]
        for (key, number) in numbers { json.write(number, for: key) }
        json.write("gelu", for: "activation_function")
        json.write(true, for: "tie_word_embeddings")
        writeEnds(&json)
    }

    private func writeEnds(_ json: inout JSONWriter) {
        for key in ["bos_token_id", "eos_token_id", "pad_token_id"] { json.write(special.endOfText, for: key) }
        json.write(special.startOfTranscript, for: "decoder_start_token_id")
    }

    private func writeFeatures(_ json: inout JSONWriter) {
        json.write("WhisperFeatureExtractor", for: "feature_extractor_type")
        json.write("WhisperProcessor", for: "processor_class")
        json.write(sizes.melBinCount, for: "feature_size")
        // A position is two frames of 10 ms.
        json.write(max(1, sizes.encoderContextLength / 50), for: "chunk_length")
        for (key, number) in [("sampling_rate", 16_000), ("hop_length", 160), ("n_fft", 400)] {
            json.write(number, for: key)
        }
    }

    private func writeGeneration(_ json: inout JSONWriter, suppressed: [Int], atFirst: [Int]) {
        if !alignmentHeads.isEmpty {
            json.array("alignment_heads") { json in
                for (layer, head) in alignmentHeads { json.array { for number in [layer, head] { $0.write(number) } } }
            }
        }
        json.array("suppress_tokens") { for id in suppressed { $0.write(id) } }
        json.array("begin_suppress_tokens") { for id in atFirst { $0.write(id) } }
        writeEnds(&json)
        json.write(50, for: "max_initial_timestamp_index")
        json.write(sizes.decoderContextLength, for: "max_length")
        json.write(special.noTimestamps, for: "no_timestamps_token_id")
        json.write(special.startOfPrevious, for: "prev_sot_token_id")
        json.write(special.isMultilingual, for: "is_multilingual")
        guard special.isMultilingual else { return }
        json.object("lang_to_id") { json in
            for (index, code) in special.languages.enumerated() {
                json.write(special.firstLanguage + index, for: "<|\(code)|>")
            }
        }
        json.object("task_to_id") { json in
            json.write(special.transcribe, for: "transcribe")
            json.write(special.translate, for: "translate")
        }
    }
}
