internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOWebSocket

/// How a connection ends, by either side.
extension WebSocketHandler {
    /// How long it is waited for the client to say that it closes, too.
    private static var patience: TimeAmount { .seconds(5) }

    func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }

    /// Says that this side closes, and waits for the client to do so.
    func close(_ code: WebSocketErrorCode, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        send(.connectionClose, data, context)
        context.fireChannelRead(wrapInboundOut(.end(nil)))
        context.fireChannelReadComplete()
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    /// The client closes, or answers that this side does.
    func answerClose(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        var data = data
        if !isClosing { close(data.readWebSocketErrorCode() ?? .normalClosure, context) }
        context.close(promise: nil)
    }
}

extension HTTPField.Name {
    /// The code that a WebSocket closes with, a trailer of the response.
    static let closeCode = Self("close-code")!
}
