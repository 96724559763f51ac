import Foundation
import HummingbirdTesting
import NIOCore
import NIOPosix
import TesseraServer
import Testing

/// A client of a WebSocket that does by hand what a server is to understand, and what it is not.
struct TestSocket {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()
    /// What the handshake was answered with.
    private(set) var head = ""
    /// The code that the server closed with.
    private(set) var closeCode: Int?

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// Connects, and closes behind `body`.
    static func connected<Result: Sendable>(
        _ port: Int, query: String = "?intent=transcription", headers: [String] = [],
        _ body: @Sendable (inout TestSocket) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var socket = TestSocket(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            try await socket.shakeHands(query, headers)
            return try await body(&socket)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) { (self.inbound, self.outbound) = (inbound, outbound) }

    private mutating func shakeHands(_ query: String, _ headers: [String]) async throws {
        let lines = [
            "GET /v1/realtime\(query) HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive, Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(Self.key)",
        ]
        try await outbound.write(ByteBuffer(string: (lines + headers).joined(separator: "\r\n") + "\r\n\r\n"))
        while !head.hasSuffix("\r\n\r\n") {
            guard try await fill(1), let byte = buffer.readString(length: 1) else { return }
            head += byte
        }
    }

    var status: Int? { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    /// The body of an answer that is no WebSocket, as far as it has come.
    mutating func error(_ member: String) async throws -> String? {
        while try await fill(buffer.readableBytes + 1) {}
        let object = try JSONSerialization.jsonObject(with: Data(buffer: buffer)) as? [String: Any]
        return (object?["error"] as? [String: Any])?[member] as? String
    }

    /// Waits for so many bytes.
    private mutating func fill(_ count: Int) async throws -> Bool {
        while buffer.readableBytes < count {
            guard let more = try await inbound.next() else { return false }
            buffer.writeImmutableBuffer(more)
        }
        return true
    }

    // MARK: Frames

    func send(
        frame opcode: UInt8, _ data: some Sequence<UInt8>, isLast: Bool = true, isMasked: Bool = true
    ) async throws {
        try await outbound.write(Self.frame(opcode, data, isLast: isLast, isMasked: isMasked))
    }

    static func frame(
        _ opcode: UInt8, _ data: some Sequence<UInt8>, isLast: Bool = true, isMasked: Bool = true
    ) -> ByteBuffer {
        let data = Array(data)
        var frame = ByteBuffer(bytes: [opcode | (isLast ? 0x80 : 0)])
        let bit: UInt8 = isMasked ? 0x80 : 0
        if data.count < 126 {
            frame.writeInteger(bit | UInt8(data.count))
        } else {
            frame.writeInteger(bit | 127)
            frame.writeInteger(UInt64(data.count))
        }
        let mask: [UInt8] = isMasked ? [1, 2, 3, 4] : [0, 0, 0, 0]
        if isMasked { frame.writeBytes(mask) }
        frame.writeBytes(data.enumerated().map { $1 ^ mask[$0 % 4] })
        return frame
    }

    func send(_ event: [String: Any]) async throws {
        try await send(frame: 1, try JSONSerialization.data(withJSONObject: event))
    }

    func append(_ sound: Data) async throws {
        try await send(["type": "input_audio_buffer.append", "audio": sound.base64EncodedString()])
    }

    /// The next frame; nil at the end.
    mutating func frame() async throws -> (opcode: UInt8, data: Data)? {
        guard try await fill(2), let opcode = buffer.readInteger(as: UInt8.self),
            var count = buffer.readInteger(as: UInt8.self).map({ Int($0) })
        else { return nil }
        if count > 125 {
            let size = count == 126 ? 2 : 8
            guard try await fill(size), let bytes = buffer.readBytes(length: size) else { return nil }
            count = bytes.reduce(0) { $0 << 8 | Int($1) }
        }
        guard try await fill(count), let bytes = buffer.readBytes(length: count) else { return nil }
        if opcode & 15 == 8 { closeCode = bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
        return (opcode & 15, Data(bytes))
    }

    /// The next event; nil when the server has closed.
    mutating func event() async throws -> [String: Any]? {
        while let (opcode, data) = try await frame(), opcode != 8 {
            guard opcode == 1 else { continue }
            return try JSONSerialization.jsonObject(with: data) as? [String: Any]
        }
        return nil
    }

    /// The events up to one of a type.
    mutating func events(upTo type: String) async throws -> [[String: Any]] {
        var events: [[String: Any]] = []
        while let event = try await event() {
            events.append(event)
            if event["type"] as? String == type { return events }
        }
        Issue.record("no \(type) came, but \(events)")
        return events
    }

    /// Waits until the server has closed.
    mutating func waitForClose() async throws { while try await event() != nil {} }
}

/// A session with a server on loopback, which ends with `body`.
func withRealtime<Result: Sendable>(
    _ limits: ServerLimits = .init(), keys: [String] = [], query: String = "?intent=transcription",
    headers: [String] = [], pingInterval: TimeAmount = .seconds(20),
    _ body: @escaping @Sendable (inout TestSocket) async throws -> Result
) async throws -> Result {
    try await withServer(limits, keys: keys, pingInterval: pingInterval) { client in
        try await TestSocket.connected(try #require(client.port), query: query, headers: headers, body)
    }
}
