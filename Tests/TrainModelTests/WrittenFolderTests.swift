import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSpeech
import TesseraVision
import TestSupport
import Testing

/// The folders that trainings write, one writer for all: what they say of themselves is what is in them.
@Suite struct WrittenFolderTests {
    enum Product: String, Sendable, CaseIterable {
        case classifier = "vit"
        case soundClassifier = "ast"
        case transcriber = "whisper"
        case forecaster = "chronos-bolt"

        /// Begins a training with the model in `folder`, and ends it at once.
        func retrain(_ folder: String, to output: String) throws {
            switch self {
            case .classifier:
                let labels = try ImageClassifier(folder: folder).labels
                let start = try ClassifierFolder(finetuning: folder, labels: labels)
                try start.write(try start.initialModel(seed: 1), to: output)
            case .soundClassifier:
                let labels = try AudioClassifier(folder: folder).labels
                let start = try SoundClassifierFolder(finetuning: folder, labels: labels)
                try start.write(try start.initialModel(seed: 1), to: output)
            case .transcriber:
                let start = try TranscriberFolder(finetuning: folder)
                try start.write(try start.initialModel(seed: 1), to: output)
            case .forecaster:
                let start = try ForecasterFolder(finetuning: folder)
                let model: Trainable<ChronosBolt> = try start.initialModel(seed: 1)
                try start.write(model, to: output)
            }
        }
    }

    /// A model of half precision becomes one of float32, and says so.
    @Test(arguments: Product.allCases, ["torch_dtype", "dtype"])
    func typeOfNumbers(_ product: Product, _ key: String) throws {
        let (origin, output) = (TemporaryFolder(), TemporaryFolder())
        for name in folderContents(Fixtures.ownPath(product.rawValue)) {
            origin.write(name, try InputFile(Fixtures.ownPath("\(product.rawValue)/\(name)")).contents(limit: 1 << 26))
        }
        let config = try JSONObject.read(origin.file("config.json"))
        var json = JSONWriter()
        json.object { json in
            for member in config.members where !["torch_dtype", "dtype"].contains(member.name) {
                json.write(member.value, for: member.name)
            }
            json.write("bfloat16", for: key)
        }
        origin.write("config.json", try json.finish(path: "config.json"))

        try product.retrain(origin.path, to: output.path)
        let written = try JSONObject.read(output.file("config.json"))
        #expect(try written.string("dtype") == "float32" && !written.contains("torch_dtype"))
        #expect(try written.string("model_type") == config.string("model_type"))
        #expect(written.keys.count { $0 == "architectures" } == 1)
        let weights = try Safetensors(output.file("model.safetensors"))
        #expect(!weights.names.isEmpty && weights.names.allSatisfy { weights.type(of: $0) == .float32 })
        #expect(weights.metadata.contains { $0 == ("format", "pt") })
    }

    /// Two products in one file: each says itself which models it runs.
    @Test func productsNameTheirModels() {
        #expect(ImageClassifier.supportedModelTypes.contains("vit"))
        #expect(Transcriber.supportedModelTypes == ["whisper", "speech_to_text", "wav2vec2", "hubert"])
        #expect(Forecaster.supportedModelTypes == ["t5", "patchtst", "tinytimemixer"])
    }
}
