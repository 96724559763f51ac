internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A proxy on this machine, for tests: it connects as it is told, and passes bytes on.
public final class LoopbackProxy: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let seen = SeenHeads()
    private let channel: any Channel

    public init() throws {
        let (group, seen) = (group, seen)
        channel = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectHandler(seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
    }

    /// `HOST:PORT`.
    public var address: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// The heads of the requests so far.
    public var heads: [String] { seen.heads.withLock { $0 } }

    /// Closes the port.
    public func close() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }
}

/// The heads of the requests that a proxy got.
private final class SeenHeads: Sendable {
    let heads = Mutex<[String]>([])
}

/// Reads `CONNECT HOST:PORT`, connects, and then passes on what comes.
private final class ConnectHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let seen: SeenHeads
    private var head = ""
    private var target: (any Channel)?

    init(_ seen: SeenHeads) { self.seen = seen }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let target { return target.writeAndFlush(buffer, promise: nil) }
        head += String(buffer: buffer)
        guard head.hasSuffix("\r\n\r\n") else { return }
        seen.heads.withLock { $0.append(head) }
        connect(context)
    }

    func channelInactive(context: ChannelHandlerContext) { target?.close(promise: nil) }

    private func connect(_ context: ChannelHandlerContext) {
        let words = head.split(separator: " ")
        let parts = words.count > 1 && words[0] == "CONNECT" ? words[1].split(separator: ":") : []
        guard parts.count == 2, let port = Int(parts[1]) else { return context.close(promise: nil) }
        let client = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PassingHandler(to: client))
                }
            }
            .connect(host: String(parts[0]), port: port).assumeIsolated().whenComplete { result in
                guard case .success(let channel) = result else { return context.close(promise: nil) }
                self.target = channel
                client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connected\r\n\r\n"), promise: nil)
            }
    }
}

/// Passes on what comes.
private final class PassingHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
}
