internal import TesseraFiles

extension ModelFetcher {
    /// More at once make nothing faster, and are slowed down by the hub.
    private static let fileLimit = 8

    /// Fetches what a plan names.
    ///
    /// - Returns: the snapshot's folder.
    public func fetch(_ plan: FetchPlan, report: FetchReport) async throws(FetchError) -> String {
        let folder = HubRepository(plan.repository, cache: cache)
        try fileErrors(try folder.requireSpace(plan.missingByteCount))
        do {
            try await fetchAll(plan, into: folder, report)
        } catch {
            throw error as? FetchError ?? FetchError(.unavailable, plan.repository, "\(error)")
        }
        let links = plan.remoteFiles.map { (path: $0.path, blob: $0.hash.text) }
        try fileErrors(try folder.complete(plan.commit, files: links, revision: plan.revision))
        return folder.snapshot(plan.commit)
    }

    /// The first failure ends the others.
    private func fetchAll(_ plan: FetchPlan, into folder: HubRepository, _ report: FetchReport) async throws {
        // Files with the same contents are one blob. The small ones come first: they tell what is refused.
        let blobs = Dictionary(plan.remoteFiles.map { ($0.hash.text, $0) }) { first, _ in first }.values
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in blobs.sorted(by: { $0.byteCount < $1.byteCount }).enumerated() {
                if index >= ModelFetcher.fileLimit { try await group.next() }
                group.addTask { try await fetch(file, plan, into: folder, report) }
            }
            try await group.waitForAll()
        }
    }

    private func fetch(
        _ file: RemoteFile, _ plan: FetchPlan, into folder: HubRepository, _ report: FetchReport
    ) async throws {
        var isWaiting = false
        while try !fileErrors(try folder.holds(blob: file.hash.text, byteCount: file.byteCount)) {
            if let partial = try fileErrors(try folder.begin(blob: file.hash.text, byteCount: file.byteCount)) {
                return try await download(file, plan, partial, report).run()
            }
            if !isWaiting { report.notify("\(plan.repository)/\(file.path): another program is fetching it: waiting") }
            isWaiting = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func download(
        _ file: RemoteFile, _ plan: FetchPlan, _ partial: PartialFile, _ report: FetchReport
    ) -> BlobDownload {
        var subject = subject(plan.repository, plan.revision)
        subject.file = file.path
        let path = percentEncoded(file.path, keeping: "/")
        let address = "\(settings.endpoint)/\(plan.repository)/resolve/\(plan.commit)/\(path)"
        return BlobDownload(
            file: file, address: address, subject: subject, client: client, partial: partial, report: report)
    }
}
