internal import TesseraFiles
internal import TesseraTensor
internal import TesseraVision

/// A model of pictures that may take labels in words: to tell them apart, or to find them.
protocol LabelTaking: Sendable {
    static var task: ServedTask { get }
    /// What is said of each label where a request does not say it.
    static var usualTemplate: String { get }
    /// Whether this one does.
    var takesLabels: Bool { get }

    init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError)

    /// The same model with labels in words.
    func labelled(_ labels: [String], template: String, by tower: TextTower) throws -> Self
}

extension ImageClassifier: LabelTaking {
    static var task: ServedTask { .classifyImage }
    static var usualTemplate: String { standardTemplate }

    init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        try self.init(folder, precision: precision)
    }
}

extension ObjectDetector: LabelTaking {
    static var task: ServedTask { .detectObjects }
    static var usualTemplate: String { "{}" }

    init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        try self.init(folder, precision: precision)
    }
}
