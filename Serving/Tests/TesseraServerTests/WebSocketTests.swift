import Foundation
import NIOCore
import Synchronization
import TesseraFiles
import TesseraModels
import TesseraServer
import Testing

/// The protocol below the events: who is let in, frames, and how it ends.
@Suite(.timeLimit(.minutes(5)))
struct WebSocketTests {
    @Test func handshakesAreAnswered() async throws {
        let head = try await withRealtime(headers: ["Sec-WebSocket-Protocol: realtime, other"]) { $0.head.lowercased() }
        #expect(head.hasPrefix("http/1.1 101 "))
        // RFC 6455's own example.
        #expect(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"))
        #expect(head.contains("sec-websocket-protocol: realtime\r\n"))
    }

    @Test(arguments: [
        (["Authorization: Bearer secret"], 101), (["Authorization: Bearer other"], 401), ([], 401),
        (["Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.secret, openai-beta.realtime-v1"], 101),
        (["Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.other"], 401),
        (["Sec-WebSocket-Protocol: realtime"], 401),
        (["Authorization: Bearer secret", "Origin: https://example.com"], 101),
    ])
    func onlyThoseWithAKeyAreLetIn(headers: [String], status: Int) async throws {
        try await withRealtime(keys: ["secret"], headers: headers) { socket in
            #expect(socket.status == status)
            guard status == 401 else { return }
            let code = try await socket.error("code")
            #expect(code == "invalid_api_key")
        }
    }

    @Test(arguments: [
        ("", [], 400, "intent"), ("?intent=conversation", [], 400, "intent"),
        ("?intent=transcription&model=nothing", [], 404, "model"),
        ("?intent=transcription&model=whisper-1", [], 101, ""),
        ("?intent=transcription", ["Origin: http://127.0.0.1"], 101, ""),
        ("?intent=transcription", ["Origin: https://example.com"], 403, ""),
        ("?intent=transcription", ["Origin: null"], 403, ""),
    ])
    func whatCannotBeIsSaidBefore(query: String, headers: [String], status: Int, parameter: String) async throws {
        try await withRealtime(query: query, headers: headers) { socket in
            #expect(socket.status == status)
            guard status != 101 else { return }
            let type = try await socket.error("type")
            #expect(type == "invalid_request_error")
        }
    }

    @Test func otherRequestsAreToldThatItIsAWebSocket() async throws {
        let response = try await withServer {
            try await $0.execute(uri: "/v1/realtime?intent=transcription", method: .get)
        }
        #expect(response.status == .upgradeRequired)
        #expect(response.headers[.upgrade] == "websocket")
        #expect(try response.error("type") == "invalid_request_error")
    }

    @Test func aServerWithoutSpeechHasNone() async throws {
        var models = ServedModels()
        let folder = try #require(ShippedModels.folder(of: .sentiment))
        try models.load(ModelFolder(folder), for: .classify)
        let served = models
        try await withServer(models: served) { client in
            try await TestSocket.connected(try #require(client.port)) { socket in
                #expect(socket.status == 404)
                let message = try await socket.error("message") ?? ""
                #expect(message.contains("transcribe-audio"))
            }
        }
    }

    @Test func framesMayBeCutAndPingsComeBetween() async throws {
        try await withRealtime { socket in
            _ = try await socket.event()
            let text = Array("{\"type\": \"input_audio_buffer.clear\"}".utf8)
            try await socket.send(frame: 1, text[..<5], isLast: false)
            try await socket.send(frame: 9, "hello".utf8)
            try await socket.send(frame: 0, text[5..<9], isLast: false)
            try await socket.send(frame: 0, text[9...])
            let pong = try #require(try await socket.frame())
            #expect(pong.opcode == 10 && pong.data == Data("hello".utf8))
            let event = try await socket.event()
            #expect(event?["type"] as? String == "input_audio_buffer.cleared")
        }
    }

    /// What is no text is refused, and the session goes on.
    @Test func binaryMessagesAreRefused() async throws {
        try await withRealtime { socket in
            try await socket.send(frame: 2, "{\"type\": \"input_audio_buffer.clear\"}".utf8)
            _ = try await socket.events(upTo: "error")
            try await socket.send(["type": "input_audio_buffer.clear"])
            _ = try await socket.events(upTo: "input_audio_buffer.cleared")
        }
    }

    enum Fault: CaseIterable {
        case goodbye, goodbyeWithoutCode, unmasked, strayContinuation, unknownOpcode, cutPing, reservedBit, notUTF8
        case tooLarge, tooLargeInPieces

        var code: Int {
            switch self {
            case .goodbye: 1001
            case .goodbyeWithoutCode: 1000
            case .notUTF8: 1007
            case .tooLarge, .tooLargeInPieces: 1009
            default: 1002
            }
        }

        func send(_ socket: TestSocket) async throws {
            let megabytes = Array(repeating: UInt8(0x20), count: 8 << 20)
            switch self {
            case .goodbye: try await socket.send(frame: 8, [3, 0xE9])
            case .goodbyeWithoutCode: try await socket.send(frame: 8, [])
            case .unmasked: try await socket.send(frame: 1, "{}".utf8, isMasked: false)
            case .strayContinuation: try await socket.send(frame: 0, "{}".utf8)
            case .unknownOpcode: try await socket.send(frame: 3, "{}".utf8)
            case .cutPing: try await socket.send(frame: 9, "a".utf8, isLast: false)
            case .reservedBit: try await socket.send(frame: 0x41, "{}".utf8)
            case .notUTF8: try await socket.send(frame: 1, [0xC3, 0x28])
            case .tooLarge: try await socket.send(frame: 1, megabytes + megabytes)
            case .tooLargeInPieces:
                try await socket.send(frame: 1, megabytes, isLast: false)
                try await socket.send(frame: 0, megabytes)
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func connectionsAreClosedWithTheirCode(fault: Fault) async throws {
        try await withRealtime { socket in
            _ = try await socket.event()
            try? await fault.send(socket)
            try await socket.waitForClose()
            #expect(socket.closeCode == fault.code)
            let isOver = try await socket.frame() == nil
            #expect(isOver)
        }
    }

    @Test func sessionsLastAsLongAsRequestsMay() async throws {
        var limits = ServerLimits()
        limits.timeout = 0.5
        try await withRealtime(limits) { socket in
            let error = try await socket.events(upTo: "error").last?["error"] as? [String: Any]
            #expect(error?["code"] as? String == "session_expired")
            try await socket.waitForClose()
            #expect(socket.closeCode == 1000)
        }
    }

    /// A client that goes without a word leaves its place to the next, though much of its sound is waiting.
    @Test func whoVanishesLeavesThePlaceToOthers() async throws {
        var limits = ServerLimits()
        limits.queueLength = 1
        let sound = try RealtimeTests.sound("two-phrases")
        try await withServer(limits) { client in
            let port = try #require(client.port)
            for _ in 0..<5 {
                try await TestSocket.connected(port) { socket in
                    for _ in 0..<20 where socket.status == 101 { try await socket.append(sound) }
                }
                var (status, tries) = (Int?.none, 0)
                while status != 101, tries < 600 {
                    status = try await TestSocket.connected(port) { $0.status }
                    tries += 1
                    if status != 101 { try await Task.sleep(for: .milliseconds(100)) }
                }
                #expect(status == 101)
            }
        }
    }

    /// Who reads nothing is not read from any longer.
    @Test func whoReadsNothingHasToWait() async throws {
        try await withRealtime { socket in
            let outbound = socket.outbound
            // Half a gigabyte, which no buffer between holds.
            let text = "{\"type\": \"nothing of that kind\"}" + String(repeating: " ", count: 1000)
            let event = TestSocket.frame(1, text.utf8)
            let (sent, count) = (Counter(), 500_000)
            let sending = Task {
                for _ in 0..<count {
                    try await outbound.write(event)
                    sent.increment()
                }
            }
            var seen = -1
            while sent.value > seen, sent.value < count {
                seen = sent.value
                try await Task.sleep(for: .seconds(2))
            }
            #expect(sent.value < count / 2, "\(sent.value)")
            sending.cancel()
            for _ in 0..<1000 { _ = try #require(try await socket.event()) }
        }
    }

    /// A client that answers no ping is no longer there.
    @Test func whoAnswersNoPingIsGivenUp() async throws {
        try await withRealtime(pingInterval: .milliseconds(200)) { socket in
            var opcodes: [UInt8] = []
            while let (opcode, _) = try await socket.frame() { opcodes.append(opcode) }
            // The session, and one ping; then the connection ends without a word.
            #expect(opcodes == [1, 9])
        }
    }

    /// Who answers stays, and so does who says anything else.
    @Test(arguments: [UInt8(10), 9, 1])
    func whoSaysSomethingStays(opcode: UInt8) async throws {
        try await withRealtime(pingInterval: .seconds(1)) { socket in
            var pingCount = 0
            while pingCount < 3 {
                let frame = try #require(try await socket.frame())
                guard frame.opcode == 9 else { continue }
                pingCount += 1
                let text = opcode == 1 ? Data("{\"type\": \"input_audio_buffer.clear\"}".utf8) : frame.data
                try await socket.send(frame: opcode, text)
            }
            try await socket.send(["type": "input_audio_buffer.clear"])
            _ = try await socket.events(upTo: "input_audio_buffer.cleared")
        }
    }

    @Test func endingServersSayGoodbye() async throws {
        let server = try ServerProcess(["--quiet"])
        try await TestSocket.connected(server.port) { socket in
            _ = try await socket.event()
            server.terminate()
            try await socket.waitForClose()
            #expect(socket.closeCode == 1001)
            try await socket.send(frame: 8, [3, 0xE9])
        }
        #expect(server.waited() == 0)
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
}
