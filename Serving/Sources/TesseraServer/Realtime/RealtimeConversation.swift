internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOWebSocket
internal import TesseraTensor

/// A WebSocket's messages on their way to a session, and its events on their way back. Each side waits where the other is slow.
struct RealtimeConversation: Sendable {
    private let inbox = BoundedQueue<RealtimeCommand>(limit: 20)
    private let outbox = BoundedQueue<Data>(limit: 64)
    /// The session takes its place among those that are worked on.
    private let admitted: AdmittedRequest
    private let session: @Sendable () throws -> RealtimeSession

    /// Bytes of sound that are handed over at once: half a second, or some more.
    private static let pieceByteCount = 24_000

    /// - Parameter session: makes the session.
    init(_ admitted: AdmittedRequest, _ session: @escaping @Sendable () throws -> RealtimeSession) {
        (self.admitted, self.session) = (admitted, session)
    }

    /// Goes on until the client leaves, or the session has lasted as long as a request may.
    func run(_ messages: RequestBody, _ writer: inout any ResponseBodyWriter) async throws {
        let work = Task(executorPreference: LongComputation.executor) { await self.work() }
        let reading = Task {
            await read(messages)
            work.cancel()
            await inbox.finish()
        }
        let number = Deadlines.shared.add(admitted.deadline) { [inbox] in Task { await inbox.put(.expiry) } }
        defer { Deadlines.shared.remove(number) }
        do {
            try await write(&writer)
            let code = await work.value
            try await writer.finish([.closeCode: "\(UInt16(webSocketErrorCode: code))"])
        } catch {
            // The client is no longer there.
            work.cancel()
            await outbox.finish()
        }
        await inbox.finish()
        await reading.value
    }

    private func write(_ writer: inout any ResponseBodyWriter) async throws {
        while true {
            let events = await outbox.take()
            guard !events.isEmpty else { return }
            for event in events { try await writer.write(ByteBuffer(data: event)) }
        }
    }

    /// - Returns: why the session ended.
    private func work() async -> WebSocketErrorCode {
        var code = WebSocketErrorCode.normalClosure
        do {
            var session = try session()
            await outbox.put(session.created)
            while try await advance(&session) {}
        } catch is CancellationError {
        } catch {
            code = .unexpectedServerError
        }
        await outbox.finish()
        return code
    }

    /// - Returns: whether the session goes on.
    private func advance(_ session: inout RealtimeSession) async throws -> Bool {
        let commands = await inbox.take().joined
        for command in commands {
            try Task.checkCancellation()
            for event in try session.handle(command) { await outbox.put(event) }
            guard !command.isExpiry else { return false }
        }
        return !commands.isEmpty
    }

    private func read(_ messages: RequestBody) async {
        do {
            for try await message in messages { await take(message) }
        } catch {
            // The connection broke; that is an end, too.
        }
    }

    /// Takes a message: its opcode, and its data.
    private func take(_ message: ByteBuffer) async {
        var message = message
        switch message.readInteger(as: UInt8.self).flatMap(WebSocketOpcode.init(encodedWebSocketOpcode:)) {
        case .text: await put(RealtimeClientEvent.command(Data(buffer: message)))
        case .binary:
            let error = APIError.invalid("Messages are text; sound comes in base64, by input_audio_buffer.append.")
            await inbox.put(.refusal(error, RealtimeCause()))
        default: break
        }
    }

    /// Long sound comes in pieces, so that not much of it waits at once.
    private func put(_ command: RealtimeCommand) async {
        guard case .sound(var data) = command else { return await inbox.put(command) }
        while !data.isEmpty {
            await inbox.put(.sound(data.prefix(Self.pieceByteCount)))
            data = data.dropFirst(Self.pieceByteCount)
        }
    }
}
