internal import Dispatch
internal import Foundation
internal import Synchronization
public import TesseraFiles
public import TesseraTensor

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
    private(set) var entries: [Entry] = []

    /// No model yet.
    public init() {}

    /// The tasks that there is a model for.
    public var tasks: Set<ServedTask> { Set(entries.map(\.task)) }

    /// Loads a model, which requests call by the last part of its folder's name, or by OWNER/NAME where it is the hub's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    public mutating func load(
        _ folder: ModelFolder, for task: ServedTask, precision: Precision = .float32
    ) throws(FileError) {
        entries.append(try Entry(folder, task, precision))
    }

    /// Loads several models at the same time, in this order.
    ///
    /// - Throws: `FileError`, as for one, of the first that fails.
    public mutating func load(
        _ folders: [(task: ServedTask, folder: ModelFolder)], precision: Precision = .float32
    ) throws(FileError) {
        let loaded = Mutex([Int: Result<Entry, FileError>]())
        DispatchQueue.concurrentPerform(iterations: folders.count) { index in
            let (task, folder) = folders[index]
            let result = Result { () throws(FileError) in try Entry(folder, task, precision) }
            loaded.withLock { $0[index] = result }
        }
        for (_, result) in loaded.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { entries.append(try result.get()) }
    }

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

extension ServedModels.Entry {
    fileprivate init(_ folder: ModelFolder, _ task: ServedTask, _ precision: Precision) throws(FileError) {
        (name, self.task, created) = (folder.servedName, task, folder.modificationTime)
        do throws(FileError) {
            // What clients are told of the model names it as they do, and not where it is.
            model = try task.modelType.init(folder.called(name), servedIn: precision)
        } catch {
            guard error.path.hasPrefix(name), !error.path.hasPrefix(folder.path) else { throw error }
            let rest = error.path.dropFirst(name.count)
            throw FileError(error.kind, path: folder.name + rest, cause: error.cause, place: error.place)
        }
    }
}

extension ModelFolder {
    fileprivate var servedName: String {
        guard path == name || !HubCache.isRepository(name) else { return name }
        return name.split(separator: "/").last.map(String.init) ?? name
    }

    fileprivate var modificationTime: Int {
        let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        return Int((date ?? Date()).timeIntervalSince1970)
    }
}
