import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraVision

/// A picture, as the index and as the user names it.
struct NamedPicture {
    let name, path: String
}

/// An index that is brought up to date.
struct Indexing {
    private(set) var index: ImageIndex
    private let path: String?
    private let classifier: ImageClassifier
    private let run: RunOptions
    /// The folder of the index: names of pictures in it are counted from there, so that it can be moved.
    private let folder: String?

    /// A picture that is new or was changed.
    private typealias StalePicture = (picture: NamedPicture, state: FileState)

    /// How many pictures are looked at before the index is written: no more are lost where the work is stopped.
    private static let picturesBetweenWrites = 1024

    /// - Parameter path: where the index is kept; nil where it is not.
    /// - Throws: `FileError` when there is one that is damaged.
    init(path: String?, classifier: ImageClassifier, run: RunOptions) throws(FileError) {
        (self.path, self.classifier, self.run) = (path, classifier, run)
        folder = path.map { absolutePath(splitPath($0).folder) + "/" }
        index = ImageIndex(model: classifier.fingerprint)
        guard let path, pathExists(path) else { return }
        let old = try ImageIndex(path)
        guard old.model == index.model else {
            run.warn("\(path): is of another model, \(old.model): all pictures are looked at again")
            return
        }
        index = old
    }

    /// The pictures of some paths, each once.
    func pictures(at paths: [String]) -> [NamedPicture] {
        var seen: Set<String> = []
        return paths.map { NamedPicture(name: name(of: $0), path: $0) }.filter { seen.insert($0.name).inserted }
    }

    private func name(of path: String) -> String {
        let absolute = absolutePath(path)
        guard let folder, absolute.hasPrefix(folder) else { return absolute }
        return String(absolute.dropFirst(folder.count))
    }

    /// Looks at the pictures that are new or were changed, and forgets those that are gone.
    ///
    /// - Returns: why pictures could not be looked at; it has been reported.
    mutating func update(_ pictures: [NamedPicture], batchSize: Int) throws -> [FileError] {
        let states = pictures.map { FileState($0.path) }
        var isChanged = forgetAbsentPictures(besides: Set(zip(pictures, states).filter { $1 != nil }.map(\.0.name)))
        var failures: [FileError] = []
        let stale = zip(pictures, states).compactMap { picture, state -> StalePicture? in
            guard let state else {
                failures.append(FileError(.unreadable, path: picture.path, cause: "does not exist or is no file"))
                return nil
            }
            return index.holds(picture.name, state) ? nil : (picture, state)
        }
        failures.forEach(StandardError.report)
        let progress = ProgressBar(total: stale.count, isQuiet: run.quiet)
        defer { progress.finish() }
        for start in stride(from: 0, to: stale.count, by: batchSize) {
            let batch = Array(stale[start..<min(start + batchSize, stale.count)])
            failures += try add(batch)
            isChanged = true
            if (start / batchSize + 1) % max(1, Self.picturesBetweenWrites / batchSize) == 0 { try write() }
            progress.advance(by: batch.count)
        }
        if isChanged { try write() }
        return failures
    }

    /// - Parameter present: the names of pictures that are known to be there.
    /// - Returns: whether there were such.
    private mutating func forgetAbsentPictures(besides present: Set<String>) -> Bool {
        let (count, folder) = (index.count, folder ?? "")
        index.removeAll { present.contains($0) || pathExists($0.hasPrefix("/") ? $0 : folder + $0) }
        return index.count != count
    }

    private mutating func add(_ batch: [StalePicture]) throws -> [FileError] {
        var failures: [FileError] = []
        for (item, result) in zip(batch, try classifier.classify(files: batch.map(\.picture.path), topK: 1)) {
            switch result {
            case .success(let found):
                for warning in found.warnings { run.warn("\(item.picture.path): \(warning)") }
                index.insert([(item.picture.name, item.state, found.features)])
            case .failure(let error):
                StandardError.report(error)
                failures.append(error)
            }
        }
        return failures
    }

    private func write() throws(FileError) {
        guard let path, index.count > 0 || pathExists(path) else { return }
        try index.write(to: path)
    }
}

/// The path from the root, links resolved; as it is where there is nothing there.
private func absolutePath(_ path: String) -> String { (try? resolvedPath(path)) ?? path }
