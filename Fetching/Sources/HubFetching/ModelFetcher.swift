internal import AsyncHTTPClient
internal import TesseraFiles

/// Whom a fetch tells how it goes.
public struct FetchReport: Sendable {
    /// So many bytes more are there; fewer than none where some have to come again.
    public let advance: @Sendable (Int) -> Void
    /// A line for the user.
    public let notify: @Sendable (String) -> Void

    public init(advance: @escaping @Sendable (Int) -> Void, notify: @escaping @Sendable (String) -> Void) {
        (self.advance, self.notify) = (advance, notify)
    }
}

/// Which files of a repository are fetched, and how much of them is in the cache.
public struct FetchPlan: Sendable {
    /// A file of the plan.
    public struct File: Sendable {
        /// The path in the repository.
        public let path: String
        public let byteCount: Int
    }

    /// `owner/name`.
    public let repository: String
    /// The branch, tag or commit that was asked for.
    public let revision: String
    /// The commit that it stands at.
    public let commit: String
    /// How many bytes have to come.
    public let missingByteCount: Int
    public var files: [File] { remoteFiles.map { File(path: $0.path, byteCount: $0.byteCount) } }
    let remoteFiles: [RemoteFile]
}

/// Brings repositories of the hub into the hub's cache.
public struct ModelFetcher: Sendable {
    private let settings: HubSettings
    private let client: HubClient
    private let cache: String

    /// More at once make nothing faster, and are slowed down by the hub.
    private static let fileLimit = 8

    /// - Parameters:
    ///   - cache: the folder; that of the settings where nil.
    /// - Throws: `FetchError` when there is no place for a cache.
    public init(_ settings: HubSettings, cache: String?) throws(FetchError) {
        guard let cache = cache ?? settings.cache else {
            throw FetchError(.usage, "HF_HOME", "there is no home folder: name a folder with --cache")
        }
        (self.settings, self.cache) = (settings, cache)
        client = try HubClient(settings)
    }

    /// Closes the connections.
    public func close() async { await client.close() }

    /// Asks the hub what there is.
    ///
    /// - Parameter all: take every file, not those alone that a model needs.
    public func plan(
        _ repository: String, revision: String, all: Bool, report: FetchReport
    ) async throws(FetchError) -> FetchPlan {
        let subject = subject(repository, revision)
        let address = "\(settings.endpoint)/api/models/\(repository)/revision/\(percentEncoded(revision))?blobs=true"
        let listing = try await listing(address, subject, report)
        let files = all ? listing.files : neededFiles(listing.files)
        if let cause = collision(files.map(\.path)) { throw FetchError.badData(repository, cause) }
        guard !files.isEmpty else {
            throw FetchError(.absent, repository, "holds no files of a model: --all takes what there is")
        }
        let missing = try fileErrors(try missingByteCount(files, in: HubRepository(repository, cache: cache)))
        return FetchPlan(
            repository: repository, revision: revision, commit: listing.commit, missingByteCount: missing,
            remoteFiles: files)
    }

    /// Fetches what a plan names.
    ///
    /// - Returns: the snapshot's folder.
    public func fetch(_ plan: FetchPlan, report: FetchReport) async throws(FetchError) -> String {
        let folder = HubRepository(plan.repository, cache: cache)
        try fileErrors(try folder.requireSpace(plan.missingByteCount))
        let blobs = Dictionary(plan.remoteFiles.map { ($0.hash.text, $0) }) { first, _ in first }.values
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, file) in blobs.sorted(by: { $0.byteCount < $1.byteCount }).enumerated() {
                    if index >= ModelFetcher.fileLimit { try await group.next() }
                    group.addTask { try await fetch(file, plan, into: folder, report) }
                }
                try await group.waitForAll()
            }
        } catch {
            throw error as? FetchError ?? FetchError(.unavailable, plan.repository, "\(error)")
        }
        let links = plan.remoteFiles.map { (path: $0.path, blob: $0.hash.text) }
        try fileErrors(try folder.complete(plan.commit, files: links, revision: plan.revision))
        return folder.snapshot(plan.commit)
    }

    private func missingByteCount(_ files: [RemoteFile], in folder: HubRepository) throws(FileError) -> Int {
        // Files with the same contents are one blob.
        var missing: [String: Int] = [:]
        for file in files {
            let present = try folder.bytesPresent(ofBlob: file.hash.text, byteCount: file.byteCount)
            missing[file.hash.text] = file.byteCount - present
        }
        return missing.values.reduce(0, +)
    }

    private func fetch(
        _ file: RemoteFile, _ plan: FetchPlan, into folder: HubRepository, _ report: FetchReport
    ) async throws {
        var isWaiting = false
        while try !fileErrors(try folder.holds(blob: file.hash.text, byteCount: file.byteCount)) {
            guard let partial = try fileErrors(try folder.begin(blob: file.hash.text))
            else {
                if !isWaiting {
                    report.notify("\(plan.repository)/\(file.path): another program is fetching it: waiting")
                }
                isWaiting = true
                try await Task.sleep(for: .milliseconds(200))
                continue
            }
            var subject = subject(plan.repository, plan.revision)
            subject.file = file.path
            let path = percentEncoded(file.path, keeping: "/")
            let address = "\(settings.endpoint)/\(plan.repository)/resolve/\(plan.commit)/\(path)"
            return try await BlobDownload(
                file: file, address: address, subject: subject, client: client, partial: partial, report: report
            ).run()
        }
    }

    private func subject(_ repository: String, _ revision: String) -> Subject {
        Subject(repository: repository, revision: revision, page: "\(settings.endpoint)/\(repository)")
    }

    private func listing(
        _ address: String, _ subject: Subject, _ report: FetchReport
    ) async throws(FetchError) -> RepositoryListing {
        var retries = Retries()
        while true {
            do {
                let response = try await client.get(address, about: subject)
                var bytes: [UInt8] = []
                for try await piece in response.body {
                    guard bytes.count + piece.readableBytes <= JSONObject.byteLimit else {
                        throw FetchError.badData(address, "answers with more than a listing has")
                    }
                    bytes += piece.readableBytesView
                }
                return try RepositoryListing(bytes, address: address)
            } catch let failure as PassingFailure {
                try await retries.wait(after: failure, subject.repository, notify: report.notify)
            } catch let error as FetchError {
                throw error
            } catch let error as FileError {
                throw FetchError(error)
            } catch {
                let failure = client.connectionFailure(error, Origin(address))
                guard let failure = failure as? PassingFailure else {
                    throw failure as? FetchError ?? FetchError(.unavailable, subject.repository, "\(failure)")
                }
                try await retries.wait(after: failure, subject.repository, notify: report.notify)
            }
        }
    }
}
