import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraVision

/// An index that is brought up to date.
struct Indexing {
    private(set) var index: ImageIndex
    private let path: String?
    private let classifier: ImageClassifier
    private let run: RunOptions
    /// The folder of the index: names of pictures in it are counted from there, so that it can be moved.
    private let folder: String?

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

    /// The names of pictures in the index, and their paths.
    func names(of paths: [String]) -> [String: String] {
        Dictionary(paths.map { (name(of: $0), $0) }) { first, _ in first }
    }

    private func name(of path: String) -> String {
        let absolute = absolutePath(path)
        guard let folder, absolute.hasPrefix(folder) else { return absolute }
        return String(absolute.dropFirst(folder.count))
    }

    /// Looks at the pictures that are new or were changed, and forgets those that are gone.
    ///
    /// - Returns: why pictures could not be looked at; it has been reported.
    mutating func update(_ paths: [String], batchSize: Int) throws -> [FileError] {
        let known = index.count
        let folder = folder
        index.removeAll { pathExists($0.hasPrefix("/") ? $0 : (folder ?? "") + $0) }
        var isChanged = index.count != known
        var failures: [FileError] = []
        let stale = paths.compactMap { path -> (path: String, state: FileState)? in
            guard let state = FileState(path) else {
                failures.append(FileError(.unreadable, path: path, cause: "does not exist or is no file"))
                return nil
            }
            return index.holds(name(of: path), state) ? nil : (path, state)
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

    private mutating func add(_ batch: [(path: String, state: FileState)]) throws -> [FileError] {
        var failures: [FileError] = []
        for (item, result) in zip(batch, try classifier.classify(files: batch.map(\.path), topK: 1)) {
            switch result {
            case .success(let picture):
                for warning in picture.warnings { run.warn("\(item.path): \(warning)") }
                index.insert([(name(of: item.path), item.state, picture.features)])
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
