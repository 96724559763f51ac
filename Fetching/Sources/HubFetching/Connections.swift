internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

extension HTTPClient.Configuration {
    /// - Parameter proxy: the proxy's address; nil for none.
    init(_ settings: HubSettings, proxy: String?) throws(FetchError) {
        self.init()
        tlsConfiguration = try TLSConfiguration(trusting: settings.certificates)
        redirectConfiguration = .disallow
        // Large files come no faster over HTTP/2, whose windows they would have to share.
        httpVersion = .http1Only
        timeout = Timeout(connect: .seconds(10), read: .seconds(settings.timeout.components.seconds))
        connectionPool.retryConnectionEstablishment = false
        if let proxy { self.proxy = try Proxy(proxy) }
        // Large pieces: each passes several threads.
        http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 17))
        }
    }
}

extension TLSConfiguration {
    fileprivate init(trusting certificates: String?) throws(FetchError) {
        self = .makeClientConfiguration()
        guard let certificates else { return }
        do {
            trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificates))
        } catch {
            throw FetchError(.usage, "SSL_CERT_FILE", "\(certificates) holds no certificates in PEM")
        }
    }
}

extension HTTPClient.Configuration.Proxy {
    /// `http://user:password@host:port`, or `host:port` alone.
    fileprivate init(_ address: String) throws(FetchError) {
        let address = address.contains("://") ? address : "http://" + address
        guard let url = URL(string: address), url.scheme?.lowercased() == "http", let host = url.host, !host.isEmpty
        else {
            throw FetchError(.usage, "HTTPS_PROXY", "only a proxy of the form http://HOST:PORT is spoken to")
        }
        let authorization = url.user.map { user in
            HTTPClient.Authorization.basic(
                username: user.removingPercentEncoding ?? user, password: url.password?.removingPercentEncoding ?? "")
        }
        self = .server(host: host, port: url.port ?? 80, authorization: authorization)
    }
}

/// What a connection failed of, in words, and whether it is the host's certificate.
func connectionCause(_ error: any Error) -> (cause: String, certificate: String?) {
    switch error {
    case let error as HTTPClientError: (error.shortDescription, nil)
    case let error as NIOConnectionError:
        (error.connectionErrors.first.map { connectionCause($0.error).cause } ?? "\(error.host) is not known", nil)
    case let error as IOError: (error.errnoCode == ECONNREFUSED ? "connection refused" : "\(error)", nil)
    case let error as NIOSSLError:
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED") ? ("", "the certificate is not trusted") : ("\(error)", nil)
    case is NIOSSLExtraError: ("", "the certificate is of another host")
    default: ("\(error)", nil)
    }
}
