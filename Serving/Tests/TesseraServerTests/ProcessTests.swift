import AsyncHTTPClient
import Foundation
import NIOCore
import TesseraServer
import Testing

private let recording = repositoryPath("Samples/recordings/two-phrases.flac")

/// Sends a recording to a server, and gives the text and the status.
private func transcribe(_ server: ServerProcess, scheme: String = "http") async throws -> (UInt, String) {
    var request = HTTPClientRequest(url: "\(scheme)://127.0.0.1:\(server.port)/v1/audio/transcriptions")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=boundary")
    request.body = .bytes(try TestForm([("file", "@" + recording), ("response_format", "text")]).body)
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
}

/// A measure of a server.
private func measure(_ name: String, _ server: ServerProcess) async throws -> Double {
    let response = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/metrics"), timeout: .seconds(10))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return try #require(line?.split(separator: " ").last.flatMap { Double($0) })
}

@Suite(.serialized)
struct ProcessTests {
    @Test func whatWasAcceptedIsAnsweredBeforeTheServerEnds() async throws {
        let server = try ServerProcess()
        let answers = try await withThrowingTaskGroup(of: (UInt, String).self) { group in
            for _ in 0..<8 { group.addTask { try await transcribe(server) } }
            // All have been accepted when the first is answered: the queue has room, and they wait for their turns.
            var answers = [try #require(try await group.next())]
            server.terminate()
            for try await answer in group { answers.append(answer) }
            return answers
        }
        #expect(answers.allSatisfy { $0.0 == 200 })
        #expect(Set(answers.map(\.1)) == ["two seven one eight two eight one four one four two\n"])
        #expect(server.waited() == 0)
    }

    /// A thousand clients that connect and go, in the midst of a request, behind it, or while they speak, cost nothing that stays.
    @Test(.timeLimit(.minutes(5))) func clientsThatVanishLeaveNothingBehind() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vanish-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try ServerProcess(["--quiet"], environment: ["TMPDIR": folder.path])
        let requests = try vanishingRequests()
        func vanish(_ count: Int) throws {
            for round in 0..<count { try sendAndVanish(requests[round % requests.count], port: server.port) }
        }
        try vanish(100)
        let before = try await settled(server, folder)
        try vanish(1000)
        let after = try await settled(server, folder)
        #expect(after.openFiles <= before.openFiles && after.leftOver == [] && after.queue == 0, "\(before), \(after)")
        #expect(after.memory < before.memory + 50e6)
        let (status, text) = try await transcribe(server)
        #expect(status == 200 && text.hasPrefix("two seven"))
        server.terminate()
        #expect(server.waited() == 0)
    }

    /// What a client has sent when it vanishes.
    private func vanishingRequests() throws -> [[UInt8]] {
        let body = Array(try TestForm([("file", "@" + recording)]).body.readableBytesView)
        let head = """
            POST /v1/audio/transcriptions HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=boundary\r\n\
            Content-Length: \(body.count)\r\n\r\n
            """
        let handshake = """
            GET /v1/realtime?intent=transcription HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(TestSocket.key)\r\n\r\n
            """
        let forms = [0, body.count / 2, body.count].map { Array(head.utf8) + body.prefix($0) }
        return forms + [[], Array(head.utf8.prefix(40)), Array(handshake.utf8)]
    }

    /// What a server holds, when no request is worked on any more.
    private func settled(
        _ server: ServerProcess, _ folder: URL
    ) async throws -> (openFiles: Int, leftOver: [String], queue: Double, memory: Double) {
        let files = FileManager.default
        var (count, last) = (Int.max, -1)
        for _ in 0..<300 where try await measure("tessera_queue_length", server) > 0 || count != last {
            try await Task.sleep(for: .milliseconds(200))
            (last, count) = (count, try files.contentsOfDirectory(atPath: "/proc/\(server.identifier)/fd").count)
        }
        return (
            count, try files.contentsOfDirectory(atPath: folder.path),
            try await measure("tessera_queue_length", server),
            try await measure("process_resident_memory_bytes", server)
        )
    }

    /// What passes a model together is counted.
    @Test func batchesAreCounted() async throws {
        let server = try ServerProcess(["--quiet"])
        #expect(try await transcribe(server).0 == 200)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/v1/text/classify")
        (request.method, request.body) = (
            .POST, .bytes(ByteBuffer(string: "{\"input\": [\"good\", \"bad\", \"odd\"]}"))
        )
        #expect(try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status == .ok)
        #expect(try await measure("tessera_batch_size_sum{of=\"texts\"}", server) == 3)
        #expect(try await measure("tessera_batch_size_bucket{of=\"texts\",le=\"4.0\"}", server) >= 1)
        #expect(try await measure("tessera_batch_size_count{of=\"decoder steps\"}", server) > 5)
        #expect(try await measure("tessera_transcription_real_time_factor_count", server) == 1)
        server.terminate()
        #expect(server.waited() == 0)
    }

    /// Services begin with few, and thousands connect.
    @Test func asManyFilesMayBeOpenAsTheSystemAllows() throws {
        let server = try ServerProcess(["--quiet"])
        let limits = try String(contentsOfFile: "/proc/\(server.identifier)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[0] == min(numbers[1], 1 << 20), "\(line)")
        server.terminate()
        #expect(server.waited() == 0)
    }

    /// Who sends nothing more is told so, and keeps nobody from being answered.
    @Test func slowSendersAreGivenUp() async throws {
        let server = try ServerProcess(["--quiet", "--receive-timeout", "0.3"])
        // A connection that nothing comes through, or half a line, is closed.
        for bytes in ["", "GET /hea"] { #expect(try answer(to: Array(bytes.utf8), port: server.port).isEmpty) }
        let refusal = try answer(
            to: Array("POST /v1/embeddings HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"input".utf8),
            port: server.port)
        #expect(refusal.hasPrefix("HTTP/1.1 504 "))
        #expect(try await transcribe(server).0 == 200)
        server.terminate()
        #expect(server.waited() == 0)
    }

    /// Clients that ask whether they may send their bodies are told so, and wait for it.
    @Test func thoseWhoAskAreToldToSend() throws {
        let server = try ServerProcess(["--quiet"])
        let head = "POST /v1/embeddings HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        #expect(try answer(to: Array(head.utf8), port: server.port).hasPrefix("HTTP/1.1 100 Continue\r\n\r\n"))
        server.terminate()
        #expect(server.waited() == 0)
    }

    @Test func certificatesAreServed() async throws {
        let folder = repositoryPath("Fetching/Tests/Fixtures")
        let server = try ServerProcess(["--certificate", folder + "/certificate.pem", "--key", folder + "/key.pem"])
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.certificateVerification = .none
        let client = HTTPClient(configuration: configuration)
        let response = try await client.execute(
            HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/health"), timeout: .seconds(10))
        #expect(response.status == .ok)
        try await client.shutdown()
    }

    @Test(arguments: [
        (["--model", "speech-digits"], 64, "TASK=MODEL"), (["--model", "odd=speech-digits"], 64, "TASK=MODEL"),
        (["--model", "classify=nothing-of-this-name"], 66, "nothing-of-this-name"),
        (["--model", "classify=speech-digits"], 65, "speech-digits"), (["--port", "70000"], 64, "--port"),
        (["--model", "classify=sentiment", "--model", "classify=sentiment"], 65, "have this name"),
        (["--certificate", "/nothing.pem"], 64, "--key"),
        (["--certificate", "/nothing.pem", "--key", "/nothing.pem"], 66, "/nothing.pem"),
        (["--certificate", "README.md", "--key", "README.md"], 65, "README.md"),
        (["--max-queue", "0"], 64, "--max-queue"), (["--max-pixels", "64.1"], 64, "--max-pixels"),
        (["--max-picture-memory", "0"], 64, "--max-picture-memory"),
        (["--host", "256.1.1.1", "--port", "0"], 66, "256.1.1.1"),
    ])
    func whatCannotBeServedIsRefused(arguments: [String], code: Int32, text: String) throws {
        let arguments = arguments.map { $0 == "README.md" ? repositoryPath($0) : $0 }
        let outcome = try refusal(arguments)
        #expect(outcome.code == code)
        #expect(outcome.errors.split(separator: "\n").last?.contains(text) ?? false)
    }

    @Test func anEmptyKeyIsRefused() throws {
        #expect(try refusal([], environment: ["TESSERA_API_KEYS": "a,,b"]).code == 64)
    }
}

/// Connects, sends some bytes, and closes without reading.
private func sendAndVanish(_ bytes: [UInt8], port: Int) throws {
    let descriptor = try connected(port: port)
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    close(descriptor)
}

/// Connects, sends some bytes, and gives the beginning of what comes back.
private func answer(to bytes: [UInt8], port: Int) throws -> String {
    let descriptor = try connected(port: port)
    defer { close(descriptor) }
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var buffer = [UInt8](repeating: 0, count: 1000)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
}

private func connected(port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(status == 0)
    return descriptor
}
