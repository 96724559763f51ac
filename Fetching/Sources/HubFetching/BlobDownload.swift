internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import TesseraFiles

/// Brings one file into the cache: from where an earlier try ended, as often as it takes, and checked against the hub's hash.
struct BlobDownload {
    let file: RemoteFile
    let address: String
    let subject: Subject
    let client: HubClient
    let partial: PartialFile
    let report: FetchReport

    private var name: String { "\(subject.repository)/\(file.path)" }

    func run() async throws(FetchError) {
        let hadBytes = try fileErrors(try partial.byteCount) > 0
        var (hash, count) = try await bytes()
        if hash != file.hash.text, hadBytes {
            // What was there before may be at fault; what comes now from the start is not.
            try startAnew(count)
            (hash, count) = try await bytes()
        }
        guard hash == file.hash.text else {
            partial.discard()
            let cause =
                "what came has another \(file.hash.algorithm) than the hub lists: fetch it again, without a proxy if there is one"
            throw FetchError.badData(name, cause)
        }
        try fileErrors(try partial.finish())
    }

    /// Receives what is missing.
    private func bytes() async throws(FetchError) -> (hash: String, count: Int) {
        var state = try fileErrors(try DownloadState(file, partial))
        var retries = Retries()
        while state.count < file.byteCount {
            let before = state.count
            do {
                try await receive(&state)
            } catch let failure as PassingFailure {
                if state.count > before { retries.reset() }
                try await retries.wait(after: failure, name, notify: report.notify)
            } catch {
                throw error as? FetchError ?? FetchError(.unavailable, name, "\(error)")
            }
        }
        return (state.hash.finish(), state.count)
    }

    private func receive(_ state: inout DownloadState) async throws {
        let response = try await client.get(address, from: state.count, about: subject)
        guard try accepts(response, &state) else { return }
        do {
            for try await piece in response.body { try await take(piece, &state) }
        } catch let error as FetchError {
            throw error
        } catch {
            throw client.connectionFailure(error, Origin(address))
        }
        guard state.count == file.byteCount else { throw PassingFailure(cause: "the connection ended early") }
    }

    private func take(_ piece: ByteBuffer, _ state: inout DownloadState) async throws {
        guard piece.readableBytes <= file.byteCount - state.count else { throw wrongSize("more") }
        // Hashing takes as long as writing: side by side they cost the time of one.
        let hash = state.hash
        async let hashed = hash.updated(piece)
        try piece.withUnsafeReadableBytes { bytes throws(FetchError) in try fileErrors(try partial.append(bytes)) }
        state.hash = await hashed
        state.count += piece.readableBytes
        report.advance(piece.readableBytes)
    }

    /// Whether the bytes that follow are those that are missing. From a host that knows no ranges, all come again.
    private func accepts(_ response: HTTPClientResponse, _ state: inout DownloadState) throws -> Bool {
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        switch response.status.code {
        case 206:
            let range = "bytes \(state.count)-\(file.byteCount - 1)/\(file.byteCount)"
            guard response.headers.first(name: "Content-Range") == range else { throw wrongSize("another part") }
        case 200:
            if state.count > 0 { try startAnew(state.count) }
            state = try fileErrors(try DownloadState(file, partial))
        default:
            try startAnew(state.count)
            state = try fileErrors(try DownloadState(file, partial))
            return false
        }
        guard length == nil || length == file.byteCount - state.count else { throw wrongSize("\(length ?? 0) bytes") }
        return true
    }

    private func startAnew(_ count: Int) throws(FetchError) {
        try fileErrors(try partial.clear())
        report.advance(-count)
    }

    private func wrongSize(_ what: String) -> FetchError {
        let cause =
            "the hub lists \(file.byteCount) bytes and sends \(what): try again later, or check HF_ENDPOINT and HTTPS_PROXY"
        return FetchError.badData(name, cause)
    }
}

/// How far a file has come.
private struct DownloadState {
    var hash: RunningHash
    var count: Int

    /// Takes in what is there already.
    init(_ file: RemoteFile, _ partial: PartialFile) throws(FileError) {
        // Too much of it cannot be right.
        if try partial.byteCount > file.byteCount { try partial.clear() }
        var (hash, count) = (RunningHash(file.hash, byteCount: file.byteCount), 0)
        try partial.forEachChunk { chunk in
            hash.update(chunk)
            count += chunk.count
        }
        (self.hash, self.count) = (hash, count)
    }
}

/// Errors of files as those of the whole.
func fileErrors<Result>(_ body: @autoclosure () throws(FileError) -> Result) throws(FetchError) -> Result {
    do throws(FileError) { return try body() } catch { throw FetchError(error) }
}
