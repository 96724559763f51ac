/// A model's folder in the hub's layout: `config.json`, `model.safetensors`, `preprocessor_config.json` and so on.
///
/// It may also be one file of weights that says all there is to know of its model, or files of another program: a family that knows
/// them presents what their folder of the hub would hold (`presented(files:source:weights:)`).
public struct ModelFolder: Sendable {
    /// What the user called it: a folder, the name of a model that ships, or `owner/name`.
    public let name: String
    /// The folder, or the one file.
    public let path: String
    /// Whether `path` is a file, and not a folder.
    public let isFile: Bool
    /// What is read in place of the folder's own files.
    var presentation: Presentation?
    /// The folder of an adapter, whose files go before the model's.
    var adapterPath: String?

    /// The folder at `path`.
    ///
    /// - Parameter acceptsFile: Whether it may be a file.
    /// - Throws: `FileError.unreadable` when there is none.
    public init(_ path: String, acceptsFile: Bool = false) throws(FileError) {
        let isFolder = try isExistingFolder(path)
        guard isFolder || acceptsFile && pathExists(path) else {
            let cause = pathExists(path) ? "is a file: name the folder that holds the model" : "does not exist"
            throw FileError(.unreadable, path: path, cause: cause)
        }
        self.init(name: path, path: path, isFile: !isFolder)
    }

    private init(name: String, path: String, isFile: Bool = false) {
        (self.name, self.path, self.isFile) = (name, path, isFile)
    }

    /// The same folder under another name, which errors of it and of its model then have: for those who are not to know where it is.
    public func called(_ name: String) -> ModelFolder {
        var folder = ModelFolder(name: name, path: path, isFile: isFile)
        (folder.presentation, folder.adapterPath) = (presentation, adapterPath)
        return folder
    }

    /// Finds the folder that a `--model` argument means: a folder; else a model that ships, by its name; else an
    /// `owner/name` in the hub's cache.
    ///
    /// - Parameters:
    ///   - shippedModels: The folder whose folders are the models that ship.
    ///   - acceptsFile: Whether it may mean one file of weights.
    /// - Throws: `FileError.unreadable` when none of them is there, with the command that would fetch it.
    public static func resolve(
        _ argument: String, shippedModels: String?, acceptsFile: Bool = false, cache: HubCache = HubCache()
    ) throws(FileError) -> ModelFolder {
        if try isExistingFolder(argument) { return ModelFolder(name: argument, path: argument) }
        if let shippedModels, isPlainName(argument), isFolder(joinPath(shippedModels, argument)) {
            return ModelFolder(name: argument, path: joinPath(shippedModels, argument))
        }
        if let path = try cache.snapshot(of: argument) { return ModelFolder(name: argument, path: path) }
        if pathExists(argument) { return try ModelFolder(argument, acceptsFile: acceptsFile) }
        let isFileName = acceptsFile && [".bin", ".pt"].contains { argument.hasSuffix($0) }
        guard HubCache.isRepository(argument), !isFileName else {
            let cause = "is not a \(acceptsFile ? "file, a folder" : "folder"), nor the name of a model that ships"
            throw FileError(.unreadable, path: argument, cause: cause)
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
        if let presentation { return try JSONObject(bytes: presentation.contents(of: name), path: presentation.source) }
        let file = try open(name)
        return try JSONObject(bytes: try file.contents(limit: JSONObject.byteLimit), path: file.path)
    }

    /// Whether the folder holds something of that name, a link to nothing included.
    ///
    /// - Throws: `FileError` when it cannot be told: what cannot be looked at is not absent.
    public func contains(_ name: String) throws(FileError) -> Bool {
        if let presentation { return presentation.files[name] != nil }
        guard isPlainPath(name) else { return false }
        if let adapterPath, try linkExists(joinPath(adapterPath, name)) { return true }
        return try linkExists(joinPath(path, name))
    }

    /// The bytes of a file of the folder.
    ///
    /// - Parameter limit: The most bytes to accept.
    /// - Throws: `FileError` when there is no such file, or it is larger.
    package func contents(of name: String, limit: Int) throws(FileError) -> [UInt8] {
        if let presentation { return try presentation.contents(of: name) }
        return try open(name).contents(limit: limit)
    }

    /// Opens a file of the folder.
    ///
    /// Only names of files, or of files in folders inside (`1_Pooling/config.json`), are accepted, and a link may lead no further than
    /// the folder itself or, in the hub's cache, the `blobs` of the same repository: a name that a downloaded file brought along opens
    /// nothing outside.
    ///
    /// - Throws: `FileError.badData` when the name or a link leads out of the folder, before anything is opened;
    ///   `FileError.unreadable` when there is no such file.
    public func open(_ name: String) throws(FileError) -> InputFile {
        if let adapterPath, isPlainPath(name), try linkExists(joinPath(adapterPath, name)) {
            return try ModelFolder(adapterPath).open(name)
        }
        let shown = joinPath(path, name)
        guard presentation == nil else { throw FileError(.unreadable, path: path, cause: "holds no \(name.quoted)") }
        guard isPlainPath(name) else {
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
