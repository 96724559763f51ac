internal import Dispatch
internal import Foundation
internal import Synchronization
public import TesseraFiles
public import TesseraTensor

extension ServedModels {
    /// Loads a model, which requests call by the last part of its folder's name, or by OWNER/NAME where it is the hub's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor, also where the model does something else.
    public mutating func load(
        _ folder: ModelFolder, for task: ServedTask, precision: Precision = .float32
    ) throws(FileError) {
        try add(Entry(folder, task, precision))
    }

    /// Loads several models at the same time, in this order.
    ///
    /// - Throws: `FileError`, as for one, of the first that fails.
    public mutating func load(
        _ folders: [(task: ServedTask, folder: ModelFolder)], precision: Precision = .float32
    ) throws(FileError) {
        let loaded = Mutex([Int: Result<Entry, FileError>]())
        let byteCounts = folders.map(\.folder.byteCount)
        // The largest first: begun last, it would keep all others waiting.
        let order = folders.indices.sorted { byteCounts[$0] > byteCounts[$1] }
        DispatchQueue.concurrentPerform(iterations: folders.count) { place in
            let index = order[place]
            let (task, folder) = folders[index]
            let result = Result { () throws(FileError) in try Entry(folder, task, precision) }
            loaded.withLock { $0[index] = result }
        }
        for (_, result) in loaded.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { try add(result.get()) }
    }

    /// - Throws: `FileError` where another model of the task has its name.
    private mutating func add(_ entry: Entry) throws(FileError) {
        guard !entries.contains(where: { $0.task == entry.task && $0.name == entry.name }) else {
            throw FileError(
                .badData, path: entry.name,
                cause: "two models for \(entry.task.rawValue) have this name, which requests call them by")
        }
        entries.append(entry)
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

    /// Of all its files.
    fileprivate var byteCount: Int {
        let names = isFile ? [""] : (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.reduce(0) { sum, name in
            // Of what a link leads to: the hub's cache is made of links.
            let file = URL(fileURLWithPath: path + "/" + name).resolvingSymlinksInPath().path
            let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
            return sum + (size ?? 0)
        }
    }

    fileprivate var modificationTime: Int {
        let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        return Int((date ?? Date()).timeIntervalSince1970)
    }
}
