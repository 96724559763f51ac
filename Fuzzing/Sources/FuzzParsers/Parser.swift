import Synchronization
import TesseraAudio
import TesseraFiles
import TesseraForecasting
import TesseraImage
import TesseraLanguage
import TesseraSeries
import TesseraSpeech
import TesseraText
import TesseraTraining
import TesseraVision

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the bytes are given to. libFuzzer's callback is a C function that captures nothing, hence the global.
let chosen = Atomic<Int>(0)

enum Parser: String, CaseIterable {
    /// Any JSON file.
    case json
    /// A weights file: its header, and every tensor.
    case safetensors
    /// A file of torch.save: its archive, its pickle, and every tensor.
    case pytorch
    /// A Whisper of whisper.cpp: header, vocabulary, tensors.
    case ggml
    /// A Whisper of CTranslate2: its variables, up to where a vocabulary is missing.
    case ctranslate2
    /// PNG, JPEG or WebP, with EXIF.
    case picture
    /// PNG again, with the checksum of every chunk put right: else hardly any change would come past them.
    case png
    /// EXIF, text and XMP in a PNG, wherever they may stand.
    case metadata
    /// preprocessor_config.json, and what it makes of a picture.
    case processor
    /// processor_config.json and preprocessor_config.json of a folder, for pictures and for sound.
    case processors
    /// config.json of each kind of model, up to where weights are missing.
    case configuration
    /// model.safetensors.index.json.
    case index
    /// A recording: its header, and ten seconds of its samples.
    case audio
    /// The same from files of chunks: RIFF, AIFF, CAF, W64, AU.
    case chunks
    /// The same from frames of MPEG.
    case mpeg
    /// The same from pages of OGG, with the checksum of each put right.
    case ogg
    /// tokenizer.json, and a text through it both ways.
    case tokenizer
    /// vocab.json beside byte pairs that do not change, for each class of tokenizer that reads one.
    case vocabulary
    /// A template for conversations, and a conversation through it.
    case template
    /// A list of recordings and what is said in them.
    case manifest
    /// A table of texts to train on.
    case texts
    /// An index of pictures.
    case pictures
    /// A table of series, and what comes after them.
    case series
    /// The model of a SentencePiece tokenizer, beside a vocabulary that does not change.
    case sentencepiece
    /// A form that the server is sent, at once and in pieces.
    case form

    func parse(_ bytes: [UInt8]) {
        do throws(FileError) {
            switch self {
            case .json: _ = try JSONObject(bytes: bytes, path: "fuzz.json")
            case .safetensors: try readTensors(bytes)
            case .pytorch: try readFolder(bytes, "pytorch_model.bin")
            case .ggml: _ = try Transcriber(folder: scratch.write(bytes, "ggml-fuzz.bin"))
            case .ctranslate2:
                _ = scratch.write(bytes, "model.bin")
                _ = try Transcriber(folder: scratch.path)
            case .picture: try decode(bytes)
            case .png: try decode(withChecksums(bytes))
            case .metadata: _ = try RGBImage.decode(pngFile(metadata: bytes), path: "fuzz.png")
            case .processor: try process(JSONObject(bytes: bytes, path: "preprocessor_config.json"))
            case .processors: try processFolder(bytes)
            case .configuration: try configure(bytes)
            case .index: try openShards(bytes)
            case .audio, .chunks, .mpeg: try readSamples(bytes)
            case .ogg: try readSamples(withPageChecksums(bytes))
            case .tokenizer: try tokenize(bytes)
            case .vocabulary: try readVocabulary(bytes)
            case .template: try converse(bytes)
            case .manifest:
                do throws(FileError) { _ = try DetectorManifest(bytes: bytes, path: "fuzz.jsonl") } catch {
                    check(error)
                }
                _ = try SpeechManifest(bytes: bytes, path: "fuzz.jsonl")
            case .texts: _ = try TextTable(bytes: bytes, path: "fuzz.tsv")
            case .pictures: _ = try ImageIndex(scratch.write(bytes, "index.safetensors"))
            case .series: try continueSeries(bytes)
            case .sentencepiece: try splitPieces(bytes)
            case .form: takeApart(bytes)
            }
        } catch {
            check(error)
        }
    }
}

/// An error must be one line that names the file.
private func check(_ error: FileError) {
    let line = "\(error)"
    precondition(!line.utf8.contains(10) && !line.utf8.contains(0), "an error of several lines: \(line)")
    precondition(line.utf8.count < 100_000, "an endless error")
}

private func readTensors(_ bytes: [UInt8]) throws(FileError) {
    let file = try Safetensors(scratch.write(bytes, "model.safetensors"))
    for name in file.names {
        // One tensor that is refused must not hide the others.
        do throws(FileError) { _ = try file.readTensor(name) } catch { check(error) }
        do throws(FileError) { _ = try file.readIntegers(name) } catch { check(error) }
    }
}

private func readFolder(_ bytes: [UInt8], _ name: String) throws(FileError) {
    _ = scratch.write(bytes, name)
    let checkpoint = try Checkpoint(folder: scratch.path)
    for name in checkpoint.names {
        do throws(FileError) { _ = try checkpoint.readTensor(name) } catch { check(error) }
        do throws(FileError) { _ = try checkpoint.readStored(name) } catch { check(error) }
    }
}

private func decode(_ bytes: [UInt8]) throws(FileError) {
    let size = try RGBImage.size(of: bytes, path: "fuzz.png")
    let image = try RGBImage.decode(bytes, path: "fuzz.png").image
    precondition(size.width * size.height == image.width * image.height, "a header says another size")
}

private func process(_ settings: JSONObject) throws(FileError) {
    let processor = try ImageProcessor(settings, standardClass: .vit)
    // A large result is what the settings ask for, and slow; the sizes that are refused are refused here.
    if let size = processor.fixedSize, size.width * size.height > 1 << 20 { return }
    let picture = RGBImage(width: 9, height: 7, pixels: [UInt8](repeating: 100, count: 9 * 7 * 3))
    _ = try processor.pixelValues([picture])
}

private func processFolder(_ bytes: [UInt8]) throws(FileError) {
    let folder = try ModelFolder(scratch.path)
    for name in ["processor_config.json", "preprocessor_config.json"] { _ = scratch.write(bytes, name) }
    if let settings = try folder.settings(of: .sound) {
        // A kind of sound that is refused must not hide the other, nor pictures.
        do throws(FileError) { _ = try LogMelSettings(settings) } catch { check(error) }
        do throws(FileError) { _ = try Speech2TextSettings(settings) } catch { check(error) }
    }
    if let settings = try folder.settings(of: .image) { try process(settings) }
}

private func configure(_ bytes: [UInt8]) throws(FileError) {
    _ = scratch.write(bytes, "config.json")
    // Without weights at all no configuration would be looked into.
    _ = scratch.write([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), "model.safetensors")
    let folder = try ModelFolder(scratch.path)
    // What the one refuses must not hide it from the others.
    do throws(FileError) { _ = try ImageClassifier(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try ObjectDetector(folder) } catch { check(error) }
    do throws(FileError) { _ = try ImageSegmenter(folder) } catch { check(error) }
    do throws(FileError) { _ = try TextTower(folder) } catch { check(error) }
    do throws(FileError) { _ = try Forecaster(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try SpeechDetector(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try AudioClassifier(folder) } catch { check(error) }
    do throws(FileError) { _ = try Transcriber(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try TextClassifier(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try Translator(folder: scratch.path) } catch { check(error) }
    do throws(FileError) { _ = try TextCompleter(folder: scratch.path) } catch { check(error) }
}

private func openShards(_ bytes: [UInt8]) throws(FileError) {
    _ = scratch.write(bytes, "model.safetensors.index.json")
    let empty = [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)
    for number in 1...4 { _ = scratch.write(empty, "model-0000\(number)-of-00004.safetensors") }
    let checkpoint = try Checkpoint(folder: scratch.path)
    for name in checkpoint.names { _ = try checkpoint.readTensor(name) }
}

private func continueSeries(_ bytes: [UInt8]) throws(FileError) {
    let file = try SeriesFile(scratch.write(bytes, "series.csv"))
    // Who cannot be continued, because all values are missing or the years end, must not hide the others.
    for series in file.series.prefix(10) { _ = try? Theta().forecast(series, horizon: 3) }
}

private func readSamples(_ bytes: [UInt8]) throws(FileError) {
    let samples = try AudioFile(bytes: bytes, path: "fuzz.wav").samples(at: 16_000)
    var count = 0
    while count < 160_000, case let block = try samples.read(upTo: 16_000), !block.isEmpty { count += block.count }
}

private func converse(_ bytes: [UInt8]) throws(FileError) {
    _ = scratch.write(bytes, "chat_template.jinja")
    let messages = [
        ChatMessage(role: "system", content: " Be brief.\n"), ChatMessage(role: "user", content: "Où est le phare ? 🙂"),
        ChatMessage(role: "assistant", content: "<think>\n</think>\"près\" du port."),
    ]
    _ = try ModelFolder(scratch.path).chatTemplate()?.text(of: messages)
}

private func tokenize(_ bytes: [UInt8]) throws(FileError) {
    let file = try JSONObject(bytes: bytes, path: "tokenizer.json")
    let text = "Hello, naïve  world\r\n 3.14 🙂<|endoftext|> 東京[MASK]"
    guard try file.object("model")?.string("type", default: "") != "WordPiece" else {
        return use(try WordPieceTokenizer(file), on: text)
    }
    // What the one refuses must not hide it from the other.
    do throws(FileError) {
        let tokenizer = try Tokenizer(file)
        _ = tokenizer.decode(tokenizer.encode(text))
    } catch { check(error) }
    use(try PieceTokenizer(file), on: text)
}

private func readVocabulary(_ bytes: [UInt8]) throws(FileError) {
    _ = scratch.write(bytes, "vocab.json")
    _ = scratch.write(Array("#version: 0.2\nt h\nth e</w>\nĠ a\n".utf8), "merges.txt")
    _ = scratch.write(Array("{}".utf8), "tokenizer_config.json")
    let folder = try ModelFolder(scratch.path)
    let text = "The the a, naïve 東京"
    // What the one refuses must not hide it from the others.
    do throws(FileError) {
        let tokenizer = try Tokenizer(folder)
        _ = tokenizer.decode(tokenizer.encode(text))
    } catch { check(error) }
    do throws(FileError) { _ = try CTCTokenizer(folder) } catch { check(error) }
    for name in ["CLIPTokenizer", "GPT2Tokenizer", "RobertaTokenizer"] {
        _ = scratch.write(Array("{\"tokenizer_class\": \"\(name)\"}".utf8), "tokenizer_config.json")
        do throws(FileError) { use(try PieceTokenizer(folder), on: text) } catch { check(error) }
    }
}

private func use(_ tokenizer: any TextTokenizer, on text: String) {
    if let pair = tokenizer.encode(text, pair: text, limit: 12) { _ = tokenizer.decode(pair.ids) }
    _ = tokenizer.windows(of: text, limit: 8, stride: 3)
    var stream = StreamedText(tokenizer, skippingSpecialTokens: false)
    for id in tokenizer.encodeBare(text).ids { _ = stream.append(id) }
    _ = stream.finish()
}

private func splitPieces(_ bytes: [UInt8]) throws(FileError) {
    let vocabulary = #"{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "▁the": 4, "a": 5}"#
    _ = scratch.write(Array(vocabulary.utf8), "vocab.json")
    _ = scratch.write(bytes, "sentencepiece.bpe.model")
    _ = scratch.write(bytes, "spiece.model")
    do throws(FileError) {
        use(try PieceTokenizer(try ModelFolder(scratch.path)), on: "the river  runs, naïve 東京")
    } catch { check(error) }
    let tokenizer = try SentencePieceTokenizer(try ModelFolder(scratch.path))
    _ = tokenizer.decode(tokenizer.encode("the river  runs, naïve 東京"))
}

/// A folder for the parsers that read files; it is left to the system's own tidying, since a crash ends the process.
private struct Scratch {
    let path: String

    init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/tessera-fuzz-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no folder for temporary files") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func write(_ bytes: [UInt8], _ name: String) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let written = bytes.withUnsafeBytes { writeAll(descriptor, $0) }
        guard descriptor >= 0, written == bytes.count, close(descriptor) == 0 else {
            fatalError("\(file) cannot be written")
        }
        return file
    }
}

private let scratch = Scratch()

/// write(2), whose name the method hides inside `Scratch`.
private func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
