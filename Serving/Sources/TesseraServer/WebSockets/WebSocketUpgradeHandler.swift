internal import HTTPTypes
public import NIOCore
internal import NIOHTTP1
public import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOWebSocket

/// Lets routes answer with a WebSocket (RFC 6455), on the connections that requests come on: a route that answers a handshake with 101
/// finds the client's messages in the request's body, and what it writes as the response's body are its own. It is the first handler of
/// Hummingbird's channels:
///
/// ```swift
/// Application(router: router, server: .http1(configuration: .init(additionalChannelHandlers: [WebSocketUpgradeHandler()])))
/// ```
public final class WebSocketUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    /// What a handshake is answered with; nil where the request is none.
    private var answer: HTTPHeaders?
    /// Whether a handshake is answered otherwise, after which HTTP's decoder reads no more.
    private var isLast = false

    private let pingInterval: TimeAmount

    /// A handler for one connection.
    public convenience init() { self.init(pingInterval: .seconds(20)) }

    /// The same with another time between the pings of a WebSocket.
    package init(pingInterval: TimeAmount) { self.pingInterval = pingInterval }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            answer = request.isWebSocketHandshake ? accepted(request, context) : nil
            context.fireChannelRead(data)
        // The body of a handshake goes on with messages, unless the answer says otherwise.
        case .end where answer != nil: break
        default: context.fireChannelRead(data)
        }
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let response): write(response, context, promise)
        case .end where isLast:
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        default: context.write(data, promise: promise)
        }
    }

    private func write(
        _ response: HTTPResponse, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        guard let answer, response.status != .continue else {
            return context.write(wrapOutboundOut(.head(response)), promise: promise)
        }
        self.answer = nil
        guard response.status == .switchingProtocols else {
            isLast = true
            context.write(wrapOutboundOut(.head(response)), promise: promise)
            context.fireChannelRead(wrapInboundOut(.end(nil)))
            return context.fireChannelReadComplete()
        }
        var response = response
        for field in HTTPFields(answer, splitCookie: false) { response.headerFields[field.name] = field.value }
        context.writeAndFlush(wrapOutboundOut(.head(response)), promise: promise)
        upgrade(context)
    }

    /// Puts frames in the place of HTTP, and leaves.
    private func upgrade(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            for handler in [
                try pipeline.context(handlerType: HTTPResponseEncoder.self),
                try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self),
                try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self),
            ] { pipeline.removeHandler(context: handler, promise: nil) }
            try pipeline.addHandlers(
                [
                    WebSocketFrameEncoder(),
                    ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocketMessages.sizeLimit)),
                    WebSocketHandler(pingInterval: pingInterval),
                ], position: .before(self))
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    /// What says that the handshake was understood; nil where it was not.
    private func accepted(_ request: HTTPRequest, _ context: ChannelHandlerContext) -> HTTPHeaders? {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/", headers: HTTPHeaders(request.headerFields))
        // It is there at once, for nothing is waited for.
        var answer: HTTPHeaders?
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated().whenSuccess { answer = $0 }
        return answer
    }
}

@available(*, unavailable)
extension WebSocketUpgradeHandler: Sendable {}
