internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization
internal import TesseraFiles

/// Asks the hub, and follows it to the hosts that it names, which never get the token.
final class HubClient: Sendable {
    /// Whether anything was ever heard of the hub. What never answered is not asked again: a wrong address does not become right.
    private let hasAnswered = Atomic<Bool>(false)
    private let settings: HubSettings
    private let endpoint: Origin
    private let clients: Mutex<[String: HTTPClient]> = Mutex([:])

    private static let redirectLimit = 10

    init(_ settings: HubSettings) throws(FetchError) {
        guard let endpoint = Origin(settings.endpoint) else {
            throw FetchError(.usage, settings.endpoint, "is no address")
        }
        (self.settings, self.endpoint) = (settings, endpoint)
    }

    func close() async {
        for client in clients.withLock({ Array($0.values) }) { try? await client.shutdown() }
    }

    /// Asks for an address of the hub, perhaps from a byte on.
    ///
    /// - Returns: the answer with status 200 or 206, or 416 where a byte was named.
    /// - Throws: `FetchError`, or `PassingFailure`.
    func get(_ address: String, from offset: Int = 0, about subject: Subject) async throws -> HTTPClientResponse {
        var address = address
        for _ in 0...HubClient.redirectLimit {
            let response = try await answer(address, from: offset)
            switch response.status.code {
            case 200, 206: return response
            case 416 where offset > 0: return response
            case 301, 302, 303, 307, 308: address = try redirection(response, from: address)
            default: throw subject.failure(response, isAnonymous: settings.token == nil)
            }
        }
        throw FetchError(
            .unavailable, settings.endpoint, "leads from address to address without end: check HF_ENDPOINT")
    }

    /// All that the hub answers.
    func contents(_ address: String, _ subject: Subject) async throws -> [UInt8] {
        let response = try await get(address, about: subject)
        var bytes: [UInt8] = []
        do {
            for try await piece in response.body {
                guard bytes.count + piece.readableBytes <= JSONObject.byteLimit else {
                    throw FetchError.badData(address, "answers with more than a listing has")
                }
                bytes += piece.readableBytesView
            }
        } catch let error as FetchError {
            throw error
        } catch {
            throw connectionFailure(error, Origin(address))
        }
        return bytes
    }

    private func answer(_ address: String, from offset: Int) async throws -> HTTPClientResponse {
        guard let origin = Origin(address) else {
            throw FetchError.badData(
                settings.endpoint, "leads to \(address.quotedInMessage), which is no address of the web")
        }
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "User-Agent", value: "tessera-fetch-model")
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        if origin == endpoint, let token = settings.token {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        do {
            let response = try await client(for: origin).execute(request, deadline: .distantFuture)
            hasAnswered.store(true, ordering: .relaxed)
            return response
        } catch let error as FetchError {
            throw error
        } catch {
            throw connectionFailure(error, origin)
        }
    }

    private func redirection(_ response: HTTPClientResponse, from address: String) throws -> String {
        guard let location = response.headers.first(name: "Location"),
            let next = HubFetching.address(location, from: address), let origin = Origin(next)
        else { throw FetchError.badData(address, "redirects to nowhere") }
        guard origin.isEncrypted || Origin(address)?.isEncrypted == false else {
            throw FetchError(
                .unavailable, address, "redirects to \(origin.host) without encryption, which is not followed")
        }
        return next
    }

    /// What a connection that failed means: tried again, unless nothing was ever heard of the hub or its certificate is not trusted.
    func connectionFailure(_ error: any Error, _ origin: Origin?) -> any Error {
        let host = origin.map { "\($0.scheme)://\($0.host):\($0.port)" } ?? settings.endpoint
        let text = connectionCause(error)
        if let certificate = text.certificate {
            let cause = "\(certificate); SSL_CERT_FILE names a file of certificates to trust instead of the system's"
            return FetchError(.unavailable, host, cause)
        }
        guard hasAnswered.load(ordering: .relaxed) else {
            let cause = "cannot be reached (\(text.cause)): check the network, HF_ENDPOINT and HTTPS_PROXY"
            return FetchError(.unavailable, host, cause)
        }
        return PassingFailure(cause: "the connection to \(host) broke (\(text.cause))")
    }

    private func client(for origin: Origin) throws -> HTTPClient {
        let proxy = settings.proxies.proxy(for: origin)
        return try clients.withLock { clients in
            if let client = clients[proxy ?? ""] { return client }
            let client = HTTPClient(configuration: try HTTPClient.Configuration(settings, proxy: proxy))
            clients[proxy ?? ""] = client
            return client
        }
    }
}
