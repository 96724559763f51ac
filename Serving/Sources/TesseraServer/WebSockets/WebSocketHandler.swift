internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOWebSocket

/// Makes messages of frames and frames of messages, and keeps to the protocol: pings are answered, and sent to notice a client that
/// is no longer there; both sides say that they close.
///
/// A message is a part of the request's body: its opcode in one byte, and its data; a pong is one, too. The body ends when the client
/// closes or the server does. Each part of the response's body is a text; its end closes with the code that a trailer has, or 1000.
final class WebSocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = WebSocketFrame

    private var messages = WebSocketMessages()
    /// Whether this side has said that it closes.
    var isClosing = false
    /// Whether nothing came since the last ping.
    private var isSilent = false
    /// Whether what comes is read; it is not while too much of it waits.
    private var isReading = true
    private var pings: RepeatedTask?
    var end: Scheduled<Void>?

    private let pingInterval: TimeAmount

    /// - Parameter pingInterval: how long a client may say nothing before it is asked whether it is there, and then until it answers.
    init(pingInterval: TimeAmount) { self.pingInterval = pingInterval }

    func handlerAdded(context: ChannelHandlerContext) {
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        pings = context.value.eventLoop.scheduleRepeatedTask(
            initialDelay: pingInterval, delay: pingInterval
        ) { _ in handler.value.ping(context.value) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        pings?.cancel()
        end?.cancel()
    }

    private func ping(_ context: ChannelHandlerContext) {
        guard !isSilent || !isReading else { return context.close(promise: nil) }
        isSilent = true
        send(.ping, ByteBuffer(), context)
    }

    func read(context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.fireChannelReadComplete()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        isSilent = false
        let isWellFormed = frame.maskKey != nil && !frame.rsv1 && !frame.rsv2 && !frame.rsv3
        switch frame.opcode {
        case _ where !isWellFormed: close(.protocolError, context)
        case .connectionClose: answerClose(frame.unmaskedData, context)
        case _ where isClosing: break
        case .ping: send(.pong, frame.unmaskedData, context)
        case .pong: pass(.pong, ByteBuffer(), context)
        case .text, .binary, .continuation: read(frame, context)
        default: close(.protocolError, context)
        }
    }

    private func read(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        do throws(WebSocketMessages.Refusal) {
            guard let (opcode, data) = try messages.append(frame) else { return }
            pass(opcode, data, context)
        } catch {
            close(error.code, context)
        }
    }

    private func pass(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        var part = context.channel.allocator.buffer(capacity: 1 + data.readableBytes)
        part.writeInteger(UInt8(webSocketOpcode: opcode))
        part.writeImmutableBuffer(data)
        context.fireChannelRead(wrapInboundOut(.body(part)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .body(let text) where !isClosing:
            context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .text, data: text)), promise: promise)
        case .end(let trailers):
            close(
                trailers?[.closeCode].flatMap(UInt16.init).map { .init(codeNumber: Int($0)) } ?? .normalClosure, context
            )
            promise?.succeed()
        default: promise?.succeed()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: close(.messageTooLarge, context)
        case is NIOWebSocketError: close(.protocolError, context)
        default: context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(.goingAway, context)
        // The client has gone without a word.
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }
}
