internal import TesseraFiles

/// The models that a server answers with, loaded.
///
/// ```swift
/// var models = ServedModels()
/// try models.load(ModelFolder("whisper-tiny"), for: .transcribeAudio)
/// ```
public struct ServedModels: Sendable {
    /// A model under the name that requests call it by.
    struct Entry: Sendable {
        let name: String
        let task: ServedTask
        let model: any ServableModel
        /// When its weights were written, in seconds since 1970.
        let created: Int
    }

    /// In the order they were loaded: the first of a task answers requests that name none.
    var entries: [Entry] = []

    /// No model yet.
    public init() {}

    /// The tasks that there is a model for.
    public var tasks: Set<ServedTask> { Set(entries.map(\.task)) }

    /// The model that a request asks for, or the first of its task.
    ///
    /// - Throws: `APIError` 404 where there is none.
    func model<Model: ServableModel>(_ type: Model.Type, named name: String?) throws(APIError) -> Model {
        try served(type, named: name).model
    }

    /// The same, with the name it is served under.
    ///
    /// - Throws: `APIError` 404 where there is none.
    func served<Model: ServableModel>(
        _ type: Model.Type, named name: String?
    ) throws(APIError) -> (name: String, model: Model) {
        let candidates = entries.filter { $0.task == Model.task }
        guard !candidates.isEmpty else { throw .notFound("No model for \(Model.task.rawValue) is served here.") }
        let isOpen = name.map { $0.isEmpty || Model.task.adoptedNames.contains($0) } ?? true
        let chosen = isOpen ? candidates.first : candidates.first { $0.name == name }
        guard let chosen, let model = chosen.model as? Model else { throw .unknownModel(name ?? "") }
        return (chosen.name, model)
    }
}
