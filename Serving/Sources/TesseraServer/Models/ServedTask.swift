internal import TesseraForecasting
internal import TesseraLanguage
public import TesseraModels
internal import TesseraSpeech
internal import TesseraVision

/// What a server can do with a model, named as the commands are, and their subcommands.
public enum ServedTask: String, Sendable, CaseIterable {
    case transcribeAudio = "transcribe-audio"
    case classifyImage = "classify-image"
    case detectObjects = "detect-objects"
    case forecastSeries = "forecast-series"
    case classify, tag, answer, embed, translate, summarize, complete

    /// The model that ships for it; nil where none does.
    public var shippedModel: ShippedModels.Name? {
        switch self {
        case .transcribeAudio: .speechDigits
        case .classifyImage: .vitCIFAR10
        case .forecastSeries: .forecaster
        case .classify, .embed: .sentiment
        case .translate: .translator
        case .detectObjects, .tag, .answer, .summarize, .complete: nil
        }
    }

    /// Names of OpenAI's models that programs send without being asked: they stand for the first model of the task.
    var adoptedNames: Set<String> {
        switch self {
        case .transcribeAudio:
            [
                "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "gpt-live-transcribe",
                "gpt-realtime-whisper",
            ]
        case .embed: ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"]
        default: []
        }
    }

    /// What runs it.
    var modelType: any ServableModel.Type {
        switch self {
        case .transcribeAudio: Transcriber.self
        case .classifyImage: PictureModel<ImageClassifier>.self
        case .detectObjects: PictureModel<ObjectDetector>.self
        case .forecastSeries: Forecaster.self
        case .classify: TextClassifier.self
        case .tag: TextTagger.self
        case .answer: QuestionAnswerer.self
        case .embed: SentenceEmbedder.self
        case .translate: Translator.self
        case .summarize: Summarizer.self
        case .complete: TextCompleter.self
        }
    }
}
