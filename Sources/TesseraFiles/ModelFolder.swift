/// A model's folder in the hub's layout: `config.json`, `model.safetensors`, `preprocessor_config.json` and so on.
public struct ModelFolder: Sendable, Equatable {
    /// What the user called it: a folder, the name of a model that ships, or `owner/name`.
    public let name: String
    /// The folder.
    public let path: String

    /// The folder at `path`.
    ///
    /// - Throws: `FileError.unreadable` when there is none.
    public init(_ path: String) throws(FileError) {
        guard try isExistingFolder(path) else {
            let cause = pathExists(path) ? "is a file: name the folder that holds the model" : "does not exist"
            throw FileError(.unreadable, path: path, cause: cause)
        }
        self.init(name: path, path: path)
    }

    private init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    /// Finds the folder that a `--model` argument means: a folder; else a model that ships, by its name; else an
    /// `owner/name` in the hub's cache.
    ///
    /// - Parameters:
    ///   - shippedModels: The folder whose folders are the models that ship.
    /// - Throws: `FileError.unreadable` when none of them is there, with the command that would fetch it.
    public static func resolve(
        _ argument: String, shippedModels: String?, cache: HubCache = HubCache()
    ) throws(FileError) -> ModelFolder {
        if try isExistingFolder(argument) { return ModelFolder(name: argument, path: argument) }
        if let shippedModels, isPlainName(argument), isFolder(joinPath(shippedModels, argument)) {
            return ModelFolder(name: argument, path: joinPath(shippedModels, argument))
        }
        if let path = try cache.snapshot(of: argument) { return ModelFolder(name: argument, path: path) }
        if pathExists(argument) { return try ModelFolder(argument) }
        guard HubCache.isRepository(argument) else {
            throw FileError(.unreadable, path: argument, cause: "is not a folder, nor the name of a model that ships")
        }
        let cause = "is not a folder, a model that ships, nor in the hub's cache; 'fetch-model \(argument)' fetches it"
        throw FileError(.unreadable, path: argument, cause: cause)
    }

    /// The models that ship and those in the hub's cache whose `config.json` names one of `modelTypes`.
    public static func available(
        shippedModels: String?, modelTypes: Set<String>, cache: HubCache = HubCache()
    ) -> [ModelFolder] {
        var folders: [ModelFolder] = []
        if let shippedModels {
            folders = folderContents(shippedModels).map { ModelFolder(name: $0, path: joinPath(shippedModels, $0)) }
        }
        folders += cache.snapshots().map { ModelFolder(name: $0.repository, path: $0.path) }
        return folders.filter { folder in
            // A folder that cannot be read is no model to offer.
            guard let config = try? folder.read("config.json"), let type = try? config.string("model_type")
            else { return false }
            return modelTypes.contains(type)
        }
    }

    /// Reads a JSON file of the folder.
    ///
    /// - Throws: `FileError.unreadable` when it is absent, `FileError.badData` when it is damaged or a link that
    ///   leads out of the folder.
    public func read(_ name: String) throws(FileError) -> JSONObject {
        let file = try open(name)
        return try JSONObject(bytes: try file.contents(limit: JSONObject.byteLimit), path: file.path)
    }

    /// Whether the folder holds something of that name, a link to nothing included.
    ///
    /// - Throws: `FileError` when it cannot be told: what cannot be looked at is not absent.
    public func contains(_ name: String) throws(FileError) -> Bool {
        guard isPlainName(name) else { return false }
        return try linkExists(joinPath(path, name))
    }

    /// Opens a file of the folder.
    ///
    /// Only plain names are accepted, and a link may lead no further than the folder itself or, in the hub's cache,
    /// the `blobs` of the same repository: a name that a downloaded file brought along opens nothing outside.
    ///
    /// - Throws: `FileError.badData` when the name or a link leads out of the folder, before anything is opened;
    ///   `FileError.unreadable` when there is no such file.
    public func open(_ name: String) throws(FileError) -> InputFile {
        let shown = joinPath(path, name)
        guard isPlainName(name) else {
            let cause = "names the file \(name.quoted), which is not inside the folder"
            throw FileError(.badData, path: path, cause: cause)
        }
        guard let folder = try resolvedPath(path), let file = try resolvedPath(shown) else {
            return try InputFile(shown)
        }
        let isInside =
            isPath(file, inside: folder)
            || HubCache.blobs(ofSnapshot: folder).map { isPath(file, inside: $0) } ?? false
        guard isInside else { throw FileError(.badData, path: shown, cause: "is a link that leads out of the folder") }
        return try InputFile(file, shownAs: shown)
    }
}
