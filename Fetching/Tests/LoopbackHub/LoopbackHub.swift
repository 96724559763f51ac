internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A hub on this machine, for tests: it answers as the hub does, or as a test says.
///
/// A second port stands for the other host that large files come from.
public final class LoopbackHub: Sendable {
    /// Answers instead of the hub; nil where the hub answers itself.
    public typealias Disturbance = @Sendable (Request, _ usual: Answer) -> Answer?

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    private let repositories: [HostedRepository]
    private let disturbance: Disturbance
    private let seen = Mutex<[Request]>([])
    private let ports = Mutex<(hub: Int, other: Int)>((0, 0))
    private let scheme: String
    private let channels = Mutex<[any Channel]>([])

    /// - Parameters:
    ///   - port: 0 takes any.
    ///   - certificate: the files of a certificate and of its key, to speak TLS with.
    public init(
        _ repositories: [HostedRepository], port: Int = 0, certificate: (chain: String, key: String)? = nil,
        disturbance: @escaping Disturbance = { _, _ in nil }
    ) throws {
        (self.repositories, self.disturbance) = (repositories, disturbance)
        scheme = certificate == nil ? "http" : "https"
        let context = try certificate.map { files in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(files.chain).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))))
        }
        let hub = try listen(port, context, isOther: false)
        let other = try listen(0, context, isOther: true)
        ports.withLock { $0 = (hub, other) }
    }

    /// The address for `HF_ENDPOINT`.
    public var endpoint: String { "\(scheme)://127.0.0.1:\(ports.withLock { $0.hub })" }

    /// The address of the other host.
    public var otherEndpoint: String { "\(scheme)://127.0.0.1:\(ports.withLock { $0.other })" }

    /// What has been asked so far.
    public var requests: [Request] { seen.withLock { $0 } }

    /// Closes the ports.
    public func close() {
        for channel in channels.withLock({ $0 }) { try? channel.close().wait() }
        try? group.syncShutdownGracefully()
    }

    private func listen(_ port: Int, _ context: NIOSSLContext?, isOther: Bool) throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(ExchangeHandler(isOther: isOther) { self.answer($0) })
                }
            }
        let channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
        channels.withLock { $0.append(channel) }
        return channel.localAddress?.port ?? 0
    }

    private func answer(_ request: Request) -> Answer {
        seen.withLock { $0.append(request) }
        let usual = usualAnswer(request)
        return disturbance(request, usual) ?? usual
    }
}

extension LoopbackHub {
    private func usualAnswer(_ request: Request) -> Answer {
        let parts = request.path.split(separator: "/").map(String.init)
        if request.isToOtherHost { return contents(parts.last ?? "", request) }
        if parts.starts(with: ["api", "models"]), parts.count >= 4 { return information(parts) }
        if parts.count >= 5, parts[2] == "resolve" { return resolution(parts, request) }
        return Answer(404)
    }

    private func information(_ parts: [String]) -> Answer {
        guard let repository = repositories.first(where: { $0.name == parts[2] + "/" + parts[3] }) else {
            return Answer(401, [("X-Error-Code", "RepoNotFound")], #"{"error":"Repository not found"}"#)
        }
        let revision = parts.count > 5 ? parts[5...].joined(separator: "/") : "main"
        guard revision == repository.commit || repository.revisions.contains(revision) else {
            return Answer(404, [("X-Error-Code", "RevisionNotFound")])
        }
        let isTree = parts.count > 4 && parts[4] == "tree"
        return Answer(
            200, [("Content-Type", "application/json"), ("X-Repo-Commit", repository.commit)],
            isTree ? repository.tree : repository.information)
    }

    private func resolution(_ parts: [String], _ request: Request) -> Answer {
        let path = parts[4...].joined(separator: "/")
        guard let repository = repositories.first(where: { $0.name == parts[0] + "/" + parts[1] }),
            let file = repository.files.first(where: { $0.path == path })
        else { return Answer(404, [("X-Error-Code", "EntryNotFound")]) }
        let commit = [("X-Repo-Commit", repository.commit)]
        guard file.isLarge else { return served(file, request, commit + [("ETag", "\"\(file.hash)\"")]) }
        return Answer(
            302,
            commit + [
                ("Location", "\(otherEndpoint)/files/\(file.hash)"), ("X-Linked-ETag", "\"\(file.hash)\""),
                ("X-Linked-Size", "\(file.byteCount)"),
            ])
    }

    private func contents(_ hash: String, _ request: Request) -> Answer {
        guard let file = repositories.flatMap(\.files).first(where: { $0.isLarge && $0.hash == hash }) else {
            return Answer(403)
        }
        return served(file, request, [("ETag", "\"other-\(hash)\"")])
    }

    private func served(_ file: HostedFile, _ request: Request, _ headers: [(name: String, value: String)]) -> Answer {
        let headers = headers + [("Accept-Ranges", "bytes")]
        guard let text = request["range"]?.split(separator: "=").last?.split(separator: "-").first,
            let start = Int(text)
        else {
            return Answer(200, headers, file.contents, 0..<file.byteCount)
        }
        guard start < file.byteCount else { return Answer(416, [("Content-Range", "bytes */\(file.byteCount)")]) }
        let range = ("Content-Range", "bytes \(start)-\(file.byteCount - 1)/\(file.byteCount)")
        return Answer(206, headers + [range], file.contents, start..<file.byteCount)
    }
}
