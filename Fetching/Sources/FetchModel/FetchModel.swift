internal import ArgumentParser
internal import Foundation
internal import HubFetching
internal import TesseraCommands
internal import TesseraFiles

/// `fetch-model`: brings checkpoints from the hub into its cache. The only part of Tessera that uses the network.
@main struct FetchModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch-model",
        abstract: "Fetches models from the Hugging Face hub into the hub's own cache.",
        discussion: """
            Prints the folder of each. The other commands find them by --model OWNER/NAME, and so do Hugging Face's tools; what those \
            have fetched is not fetched again. What breaks off goes on when it is called again.

            HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_CACHE, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are read as by 'hf'.
            """,
        version: tesseraVersion)

    @Argument(help: ArgumentHelp("Repositories of models.", valueName: "owner/name"))
    var repositories: [String] = []

    @Option(help: "A branch, tag or commit.")
    var revision = "main"

    @Option(help: ArgumentHelp("The folder of the cache (default: as the environment says).", valueName: "dir"))
    var cache: String?

    @Flag(help: "Print the files with their sizes in bytes, and fetch nothing.")
    var dryRun = false

    @Flag(help: "Fetch every file, not only what a model needs.")
    var all = false

    @Flag(help: "No progress and no warnings.")
    var quiet = false

    static func main() { launch() }

    func validate() throws {
        if repositories.isEmpty { throw ValidationError("No repository is named.") }
        for name in repositories where !HubCache.isRepository(name) {
            throw ValidationError("'\(name)' is not the name of a repository, OWNER/NAME.")
        }
        if !isRevision(revision) {
            throw ValidationError("--revision must name a branch, a tag or a commit, but is '\(revision)'.")
        }
        if let cache, cache.isEmpty { throw ValidationError("--cache must not be empty.") }
    }

    func run() throws {
        let failures = try waitFor { try await fetchAll() }
        guard let first = failures.first else { return }
        throw failures.count < repositories.count ? ExitCode.someFailed : first.exitCode
    }

    /// Fetches one after the other, and goes on behind those that fail.
    private func fetchAll() async throws -> [FetchError] {
        var failures: [FetchError] = []
        do {
            let settings = try HubSettings(environment: ProcessInfo.processInfo.environment)
            let fetcher = try ModelFetcher(settings, cache: cache)
            for repository in repositories {
                do {
                    try await fetch(repository, fetcher)
                } catch let error as FetchError {
                    StandardError.write(error.description)
                    failures.append(error)
                }
            }
            await fetcher.close()
        } catch let error as FetchError {
            if error.kind == .usage { throw ValidationError(error.description) }
            // Of all of them alike.
            StandardError.write(error.description)
            failures = repositories.map { _ in error }
        }
        return failures
    }

    private func fetch(_ repository: String, _ fetcher: ModelFetcher) async throws {
        let isQuiet = quiet
        let notify: @Sendable (String) -> Void = { if !isQuiet { StandardError.write($0) } }
        let asking = FetchReport(advance: { _ in }, notify: notify)
        let plan = try await fetcher.plan(repository, revision: revision, all: all, report: asking)
        if dryRun {
            notify("\(repository): \(byteText(Double(plan.missingByteCount))) would be fetched")
            return try StandardOutput.write(plan.files.map { "\($0.byteCount)\t\(repository)/\($0.path)\n" }.joined())
        }
        let progress = ProgressBar(total: Double(plan.missingByteCount), of: .bytes, isQuiet: isQuiet)
        defer { progress.finish() }
        let fetching = FetchReport(advance: { progress.advance(by: $0) }, notify: notify)
        try StandardOutput.write(try await fetcher.fetch(plan, report: fetching) + "\n")
    }
}

extension FetchError {
    fileprivate var exitCode: ExitCode {
        switch kind {
        case .usage: .validationFailure
        case .absent: .missingInput
        case .unavailable: .unavailable
        case .forbidden: .noPermission
        case .file(let kind): ExitCode(kind)
        }
    }
}
