internal import ArgumentParser
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOSSL
internal import TesseraCommands
internal import TesseraFiles
internal import TesseraServer

/// Where clients connect, and how.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The address to listen at; 0.0.0.0 stands for all of this machine's.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen at; 0 takes one that is free.")
    var port = 8080

    @Option(help: ArgumentHelp("A certificate with its chain, for TLS.", valueName: "pem"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's private key.", valueName: "pem"))
    var key: String?

    func validate() throws {
        try require("--port", port, in: 0...65_535)
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key go together.")
        }
    }

    /// `127.0.0.1:8080`
    var place: String { "\(host):\(port)" }

    /// What answers at this place.
    ///
    /// - Parameter idleTimeout: the seconds after which a connection is closed that nothing comes through.
    /// - Throws: `FileError` where certificate or key cannot be read.
    func application(
        _ server: TesseraServer, idleTimeout: Double, logsRequests: Bool
    ) throws -> some ApplicationProtocol {
        let router = Router()
        if logsRequests { router.add(middleware: AccessLog()) }
        router.add(middleware: MetricsMiddleware()).add(middleware: APIErrorMiddleware())
        server.addRoutes(to: router)
        server.addRealtimeRoute(to: router)
        server.addPage(to: router)
        let scheme = certificate == nil ? "http" : "https"
        return Application(
            router: router, server: try builder(idleTimeout),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                let address = channel.localAddress.flatMap { address in
                    address.port.map { (address.ipAddress ?? "", $0) }
                }
                guard let (host, port) = address else { return }
                StandardError.write("serving at \(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            }, logger: Logger(label: "serve-models"))
    }

    private func builder(_ idleTimeout: Double) throws -> HTTPServerBuilder {
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [WebSocketUpgradeHandler(), ContinueHandler()],
                idleTimeout: .milliseconds(Int64(idleTimeout * 1000))))
        guard let certificate, let key else { return plain }
        let chain = try read(certificate) { try NIOSSLCertificate.fromPEMFile($0) }
        let privateKey = try read(key) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        return try .tls(plain, tlsConfiguration: configuration)
    }

    private func read<Value>(_ path: String, _ body: (String) throws -> Value) throws -> Value {
        _ = try InputFile(path)
        do {
            return try body(path)
        } catch {
            throw FileError(.badData, path: path, cause: "is no PEM file of the kind that is needed")
        }
    }
}
