internal import ArgumentParser
public import TesseraFiles

/// What came of an input.
public struct ItemResult {
    /// What says why an input failed.
    static let errorName = "error"

    /// Writes the members of its line of output.
    let write: (inout JSONWriter) -> Void
    /// Why it failed, wholly or in part.
    let error: FileError?

    /// - Parameters:
    ///   - error: why the input failed, in part where there is something to write.
    ///   - write: writes what was found, member by member.
    public init(error: FileError? = nil, _ write: @escaping (inout JSONWriter) -> Void = { _ in }) {
        (self.error, self.write) = (error, write)
    }

    /// What `body` makes of an input, or why it failed.
    public init(catching body: () throws -> ItemResult) throws {
        do { self = try body() } catch let error as FileError { self.init(error: error) }
    }
}

/// A command's work on many inputs, of which each gives a line of JSON, and none depends on another: whichever machine does an
/// input, after however many restarts, its line is the same.
public struct ItemRun {
    private let options: ItemOptions
    private let arguments: InputFiles
    private let key: String
    private let results: [String]
    private let run: RunOptions

    /// - Parameters:
    ///   - options: which inputs, and where results go.
    ///   - arguments: the inputs that arguments name.
    ///   - key: the member of a manifest's line that names the input.
    ///   - results: the names of the members that the command writes.
    /// - Throws: `ValidationError` (exit code 64) when a manifest and arguments name inputs, or neither does.
    public init(
        _ options: ItemOptions, arguments: InputFiles, key: String, results: [String], run: RunOptions
    ) throws {
        guard options.manifest == nil || arguments.count == 0 else {
            throw ValidationError("--manifest names the inputs, but arguments name some too.")
        }
        guard options.manifest != nil || arguments.count > 0 else { throw ValidationError("No input is named.") }
        (self.options, self.arguments, self.key, self.results, self.run) = (options, arguments, key, results, run)
    }

    /// What comes before all work; see `RunOptions.begin`.
    public func begin(model: ModelFolder? = nil) throws {
        try run.begin(
            reading: options.manifest.map { [$0] } ?? arguments.paths, failures: arguments.failures, model: model,
            writing: [options.output].compactMap(\.self))
        arguments.warnings.forEach(run.warn)
    }

    /// Does the inputs that no earlier run has done.
    ///
    /// - Parameters:
    ///   - size: how many are worked on together, where so many are there.
    ///   - work: a result for each of some inputs.
    /// - Throws: `ExitCode.someFailed` in the end where an input failed, in an earlier run too; `FileError` when the manifest
    ///   cannot be read or the output not be written.
    public func callAsFunction(size: Int = 1, _ work: ([Item]) throws -> [ItemResult]) throws {
        var output = try ItemOutput(options.output)
        var source = try ItemSource(
            manifest: options.manifest, arguments: arguments.paths, shard: options.shard, key: key, results: results)
        let progress = ProgressBar(total: 0, of: .items, isQuiet: run.quiet)
        defer { progress.finish() }
        let total = progress.isVisible ? Double(try source.total() ?? 0) : 0
        var (done, hasFailures) = (0, !arguments.failures.isEmpty)
        while let entries = try next(size, from: &source, besides: &output, passed: &done) {
            for line in try lines(of: entries, work) {
                hasFailures = hasFailures || line.hasFailed
                try output.append(line.bytes)
            }
            done += entries.count
            progress.show(done: Double(done), of: total)
        }
        try output.finish()
        progress.finish()
        if output.holdsErrors {
            run.warn("\(options.output ?? ""): holds errors of an earlier run, whose inputs were not tried again")
        }
        if hasFailures || output.holdsErrors { throw ExitCode.someFailed }
    }

    /// The next inputs that are worked on together: those that are there, and that no earlier run has done. Nil behind the last.
    ///
    /// - Parameter passed: is raised by those that one has done.
    private func next(
        _ size: Int, from source: inout ItemSource, besides output: inout ItemOutput, passed: inout Int
    ) throws(FileError) -> [ItemSource.Entry]? {
        var entries: [ItemSource.Entry] = []
        while entries.count < size, entries.isEmpty || source.isReady {
            guard let entry = try source.next() else { return entries.isEmpty ? nil : entries }
            if try output.hasLine(beginningWith: entry.carried) { passed += 1 } else { entries.append(entry) }
        }
        return entries
    }

    private func lines(
        of entries: [ItemSource.Entry], _ work: ([Item]) throws -> [ItemResult]
    ) throws -> [(bytes: [UInt8], hasFailed: Bool)] {
        let items = entries.compactMap { try? $0.item.get() }
        var found = (items.isEmpty ? [] : try work(items))[...]
        precondition(found.count == items.count, "a result for each input")
        return entries.map { entry in
            switch entry.item {
            case .success(let item): line(entry.carried, found.removeFirst(), name: item.name)
            case .failure(let error): line(entry.carried, ItemResult(error: error), name: error.path)
            }
        }
    }

    /// An input's line. One that JSON cannot express says so.
    private func line(_ carried: Carried, _ result: ItemResult, name: String) -> (bytes: [UInt8], hasFailed: Bool) {
        if let error = result.error { StandardError.report(error) }
        var json = JSONWriter()
        json.object { json in
            carried.write(to: &json)
            result.write(&json)
            if let error = result.error { json.write(error.description, for: ItemResult.errorName) }
        }
        do throws(FileError) {
            return (try json.finish(path: name), result.error != nil)
        } catch {
            return line(carried, ItemResult(error: error), name: name)
        }
    }
}
