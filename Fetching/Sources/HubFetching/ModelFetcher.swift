internal import AsyncHTTPClient
internal import TesseraFiles

/// Brings repositories of the hub into the hub's cache.
public struct ModelFetcher: Sendable {
    let settings: HubSettings
    let client: HubClient
    let cache: String

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

    func subject(_ repository: String, _ revision: String) -> Subject {
        Subject(repository: repository, revision: revision, page: "\(settings.endpoint)/\(repository)")
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

    private func listing(
        _ address: String, _ subject: Subject, _ report: FetchReport
    ) async throws(FetchError) -> RepositoryListing {
        var retries = Retries()
        while true {
            do {
                return try RepositoryListing(try await client.contents(address, subject), address: address)
            } catch let failure as PassingFailure {
                try await retries.wait(after: failure, subject.repository, notify: report.notify)
            } catch let error as FileError {
                throw FetchError(error)
            } catch {
                throw error as? FetchError ?? FetchError(.unavailable, subject.repository, "\(error)")
            }
        }
    }
}
