internal import NIOCore
internal import NIOWebSocket

/// Puts messages together of frames.
struct WebSocketMessages {
    /// The bytes of a message, as OpenAI bounds what it is sent.
    static let sizeLimit = 15 << 20
    /// The frames of a message.
    private static let frameLimit = 1 << 14

    /// Why a connection is closed.
    struct Refusal: Error {
        let code: WebSocketErrorCode
    }

    private var opcode: WebSocketOpcode?
    private var data = ByteBuffer()
    private var frameCount = 0

    /// Takes a frame of data.
    ///
    /// - Returns: the message that it completes; nil where more is to come.
    /// - Throws: `Refusal` where the frame does not belong there, the message is too large, or a text is not UTF-8.
    mutating func append(_ frame: WebSocketFrame) throws(Refusal) -> (opcode: WebSocketOpcode, data: ByteBuffer)? {
        guard (opcode == nil) == (frame.opcode != .continuation) else { throw Refusal(code: .protocolError) }
        let kind = opcode ?? frame.opcode
        frameCount += 1
        guard data.readableBytes + frame.length <= Self.sizeLimit, frameCount <= Self.frameLimit else {
            throw Refusal(code: .messageTooLarge)
        }
        if opcode == nil { data = frame.unmaskedData } else { data.writeImmutableBuffer(frame.unmaskedData) }
        opcode = kind
        guard frame.fin else { return nil }
        defer { self = WebSocketMessages() }
        guard kind == .binary || data.isUTF8 else { throw Refusal(code: .dataInconsistentWithMessage) }
        return (kind, data)
    }
}

extension ByteBuffer {
    fileprivate var isUTF8: Bool { (try? getUTF8ValidatedString(at: readerIndex, length: readableBytes)) != nil }
}
