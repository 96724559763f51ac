import Foundation
import TesseraAudio
import TesseraFiles
import TesseraModels
import TesseraServer
import Testing

/// Speech that is sent as it is spoken, and what is told of it.
@Suite(.timeLimit(.minutes(5)))
struct RealtimeTests {
    static let recordings = [
        ("three-one-four", "three one four"), ("two-phrases", "two seven one eight two eight one four one four two"),
    ]

    /// A recording as clients send it: 16 bits with a sign, or G.711.
    static func sound(_ name: String, _ format: String = "pcm16") throws -> Data {
        let rate = format == "pcm16" ? 24_000 : 8_000
        let samples = try AudioFile(repositoryPath("Samples/recordings/\(name).flac")).samples(at: rate)
        let values = try samples.read(upTo: 60 * rate).map { Int16(max(-1, min(1, $0)) * 32_767) }
        guard format == "pcm16" else { return Data(values.map(muLaw)) }
        return values.reduce(into: Data()) { data, value in
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    /// ITU-T G.711's μ-law.
    private static func muLaw(_ value: Int16) -> UInt8 {
        let magnitude = min(abs(Int(value)), 32_635) + 132
        let exponent = magnitude.bitWidth - magnitude.leadingZeroBitCount - 8
        return ~UInt8((value < 0 ? 0x80 : 0) | exponent << 4 | (magnitude >> (exponent + 3)) & 15)
    }

    /// Sends sound in pieces of a tenth of a second, and silence behind it.
    private static func speak(_ socket: TestSocket, _ sound: Data, _ format: String = "pcm16") async throws {
        let rate = format == "pcm16" ? 48_000 : 8_000
        let silence = Data(repeating: format == "pcm16" ? 0 : 0xFF, count: 2 * rate)
        let all = sound + silence
        for start in stride(from: 0, to: all.count, by: rate / 10) {
            try await socket.append(all[start..<min(start + rate / 10, all.count)])
        }
    }

    private static func string(_ event: [String: Any]?, _ member: String) -> String { event?[member] as? String ?? "" }

    @Test(arguments: recordings, ["pcm16", "g711_ulaw"])
    func wordsAreThoseOfTheRecording(recording: (name: String, text: String), format: String) async throws {
        let sound = try Self.sound(recording.name, format)
        try await withRealtime { socket in
            try await socket.send([
                "type": "transcription_session.update", "session": ["input_audio_format": format],
            ])
            try await Self.speak(socket, sound, format)
            try await socket.send(["type": "input_audio_buffer.commit"])
            var (text, events) = ("", [[String: Any]]())
            // What a commit adds behind the last pause is an item, too, though nothing is said in it.
            while text.count < recording.text.count {
                events += try await socket.events(upTo: "conversation.item.input_audio_transcription.completed")
                text += (text.isEmpty ? "" : " ") + Self.string(events.last, "transcript")
            }
            #expect(text == recording.text)
            let deltas = events.filter { Self.string($0, "type").hasSuffix(".delta") }.map { Self.string($0, "delta") }
            #expect(deltas.joined().filter { $0 != " " } == text.filter { $0 != " " })
            #expect(Self.string(events[0], "type") == "session.created")
            #expect(Self.string(events[1], "type") == "transcription_session.updated")
        }
    }

    /// Words are told before the sound ends that they are of.
    @Test func wordsComeWhileSomebodySpeaks() async throws {
        let sound = try Self.sound("two-phrases")
        try await withRealtime { socket in
            var deltas: [String] = []
            for start in stride(from: 0, to: sound.count, by: 24_000) {
                try await socket.append(sound[start..<min(start + 24_000, sound.count)])
                // Its answer comes when the sound before was heard.
                try await socket.send(["type": "nothing"])
                deltas += try await socket.events(upTo: "error").compactMap { $0["delta"] as? String }
            }
            let expected = Self.recordings[1].1
            #expect(
                deltas.count > 2 && expected.hasPrefix(deltas[0]) && deltas.joined().count < expected.count, "\(deltas)"
            )
        }
    }

    @Test(arguments: [true, false])
    func anItemIsToldInOrder(isOlder: Bool) async throws {
        let sound = try Self.sound("three-one-four")
        try await withRealtime(headers: isOlder ? ["OpenAI-Beta: realtime=v1"] : []) { socket in
            try await Self.speak(socket, sound)
            let events = try await socket.events(upTo: "conversation.item.input_audio_transcription.completed")
            let types = events.map { Self.string($0, "type") }.filter { !$0.hasSuffix(".delta") }
            let item = isOlder ? ["conversation.item.created"] : ["conversation.item.added", "conversation.item.done"]
            let buffer = ["speech_started", "speech_stopped", "committed"].map { "input_audio_buffer.\($0)" }
            let session = isOlder ? "transcription_session.created" : "session.created"
            #expect(types == [session] + buffer + item + ["conversation.item.input_audio_transcription.completed"])
            #expect(Set(events.compactMap { $0["item_id"] as? String }).count == 1)
            #expect(Set(events.compactMap { $0["event_id"] as? String }).count == events.count)
            let start = try #require(events.first { $0["audio_start_ms"] != nil }?["audio_start_ms"] as? Int)
            let end = try #require(events.first { $0["audio_end_ms"] != nil }?["audio_end_ms"] as? Int)
            let usage = try #require(events.last?["usage"] as? [String: Any])
            #expect(start >= 0 && start < 600 && end > 1000 && end < 3000, "\(start), \(end)")
            #expect(usage["type"] as? String == "duration")
            #expect(abs((usage["seconds"] as? Double ?? 0) - Double(end - start) / 1000) < 0.002)
        }
    }

    /// Where the client says what an item is, pauses say nothing.
    @Test func itemsEndWhereTheyAreCommitted() async throws {
        let sounds = try Self.recordings.map { try Self.sound($0.0) }
        try await withRealtime { socket in
            let input = ["turn_detection": NSNull(), "format": ["type": "audio/pcm", "rate": 24_000]] as [String: Any]
            try await socket.send([
                "type": "session.update", "session": ["type": "transcription", "audio": ["input": input]],
            ])
            let created = try await socket.events(upTo: "session.updated")
            let session = created.last?["session"] as? [String: Any]
            let told = (session?["audio"] as? [String: Any])?["input"] as? [String: Any]
            #expect(told?["turn_detection"] is NSNull)
            var previous: String?
            for (sound, recording) in zip(sounds, Self.recordings) {
                try await Self.speak(socket, sound)
                try await socket.send(["type": "input_audio_buffer.commit"])
                let events = try await socket.events(upTo: "conversation.item.input_audio_transcription.completed")
                #expect(Self.string(events.last, "transcript") == recording.1)
                #expect(!events.contains { Self.string($0, "type").contains("speech_") })
                let committed = try #require(events.first { Self.string($0, "type").hasSuffix(".committed") })
                #expect(committed["previous_item_id"] as? String == previous)
                previous = Self.string(committed, "item_id")
                #expect(previous == events.last?["item_id"] as? String)
            }
        }
    }

    @Test func whatIsClearedIsNotHeard() async throws {
        let sounds = try Self.recordings.map { try Self.sound($0.0) }
        try await withRealtime { socket in
            try await socket.send([
                "type": "session.update", "session": ["audio": ["input": ["turn_detection": NSNull()]]],
            ])
            try await socket.append(sounds[1])
            try await socket.send(["type": "input_audio_buffer.clear"])
            _ = try await socket.events(upTo: "input_audio_buffer.cleared")
            try await socket.send(["type": "input_audio_buffer.commit", "event_id": "mine"])
            let refusal = try await socket.events(upTo: "error").last?["error"] as? [String: Any]
            #expect(Self.string(refusal, "code") == "input_audio_buffer_commit_empty")
            #expect(Self.string(refusal, "event_id") == "mine")
            try await socket.append(sounds[0])
            try await socket.send(["type": "input_audio_buffer.commit"])
            let events = try await socket.events(upTo: "conversation.item.input_audio_transcription.completed")
            #expect(Self.string(events.last, "transcript") == "three one four")
        }
    }

    /// Each is told what is wrong, and the session goes on.
    @Test(arguments: [
        ("no JSON", ""), ("[1]", ""), ("{\"event_id\": \"mine\"}", "type"),
        ("{\"type\": \"response.create\", \"event_id\": \"mine\"}", "type"),
        ("{\"type\": \"input_audio_buffer.append\", \"audio\": \"?\", \"event_id\": \"mine\"}", "audio"),
        ("{\"type\": \"input_audio_buffer.append\", \"audio\": 7, \"event_id\": \"mine\"}", "audio"),
        ("{\"type\": \"session.update\", \"event_id\": \"mine\"}", "session"),
        (session("{\"type\": \"realtime\"}"), "session.type"),
        (session("{\"input_audio_format\": \"mp3\"}"), "session.input_audio_format"),
        (session("{\"include\": [\"item.input_audio_transcription.logprobs\"]}"), "session.include"),
        (input("{\"format\": {\"type\": \"audio/pcm\", \"rate\": 16000}}"), "session.audio.input.format.rate"),
        (input("{\"noise_reduction\": {\"type\": \"near_field\"}}"), "session.audio.input.noise_reduction"),
        (input("{\"transcription\": {\"language\": \"xx\"}}"), "language"),
        (input("{\"transcription\": {\"model\": \"nothing\"}}"), "model"),
        (input("{\"transcription\": {\"keywords\": [\"a\"]}}"), "session.audio.input.transcription.keywords"),
        (input("{\"transcription\": {\"languages\": [\"de\"]}}"), "session.audio.input.transcription.languages"),
        (input("{\"transcription\": {\"delay\": \"low\"}}"), "session.audio.input.transcription.delay"),
        (
            session("{\"input_audio_noise_reduction\": {\"type\": \"far_field\"}}"),
            "session.input_audio_noise_reduction"
        ),
        (session("{\"modalities\": [\"text\", \"audio\"]}"), "session.modalities"),
        (session("{\"turn_detection\": {\"create_response\": true}}"), "session.turn_detection.create_response"),
        (detection("{\"create_response\": true}"), "session.audio.input.turn_detection.create_response"),
        (detection("{\"interrupt_response\": true}"), "session.audio.input.turn_detection.interrupt_response"),
        (detection("{\"idle_timeout_ms\": 5000}"), "session.audio.input.turn_detection.idle_timeout_ms"),
        (detection("{\"eagerness\": \"high\"}"), "session.audio.input.turn_detection.eagerness"),
        (detection("{\"type\": \"semantic_vad\"}"), "session.audio.input.turn_detection.type"),
        (
            input("{\"turn_detection\": {\"type\": \"server_vad\", \"threshold\": 2}}"),
            "session.audio.input.turn_detection.threshold"
        ),
        (
            input("{\"turn_detection\": {\"silence_duration_ms\": 1}}"),
            "session.audio.input.turn_detection.silence_duration_ms"
        ),
    ])
    func whatIsWrongIsNamed(event: String, parameter: String) async throws {
        try await withRealtime { socket in
            try await socket.send(frame: 1, event.utf8)
            let error = try #require(try await socket.events(upTo: "error").last?["error"] as? [String: Any])
            #expect(Self.string(error, "type") == "invalid_request_error")
            #expect(Self.string(error, "param") == parameter, "\(error)")
            #expect(Self.string(error, "event_id") == (event.contains("mine") ? "mine" : ""))
            try await socket.send(["type": "input_audio_buffer.clear"])
            _ = try await socket.events(upTo: "input_audio_buffer.cleared")
        }
    }

    /// Members that ask for nothing, or for what is done, are taken, and told where they say something.
    @Test(arguments: [true, false])
    func whatIsDoneIsTakenAndTold(isOlder: Bool) async throws {
        let transcription = "{\"model\": \"whisper-1\", \"language\": \"EN\", \"prompt\": \"Numbers.\"}"
        let detection = """
            {"type": "server_vad", "threshold": 0.25, "prefix_padding_ms": 100, "silence_duration_ms": 700, \
            "create_response": false, "interrupt_response": false, "idle_timeout_ms": null}
            """
        let update =
            isOlder
            ? Self.session(
                """
                {"input_audio_format": "g711_alaw", "input_audio_noise_reduction": null, "include": [], \
                "modalities": ["text"], "input_audio_transcription": \(transcription), "turn_detection": \(detection)}
                """, type: "transcription_session.update")
            : Self.session(
                """
                {"type": "transcription", "include": [], "audio": {"input": {"format": {"type": "audio/pcma"}, \
                "noise_reduction": null, "transcription": \(transcription), "turn_detection": \(detection)}}}
                """)
        try await withRealtime { socket in
            try await socket.send(frame: 1, update.utf8)
            let event = try await socket.events(upTo: isOlder ? "transcription_session.updated" : "session.updated")
                .last
            let session = try #require(event?["session"] as? [String: Any])
            let input =
                try isOlder ? session : #require((session["audio"] as? [String: Any])?["input"] as? [String: Any])
            let format = isOlder ? input["input_audio_format"] : (input["format"] as? [String: Any])?["type"]
            #expect(format as? String == (isOlder ? "g711_alaw" : "audio/pcma"))
            let told = try #require(
                input[isOlder ? "input_audio_transcription" : "transcription"] as? [String: Any])
            #expect(told["language"] as? String == "en" && told["prompt"] as? String == "Numbers.")
            #expect(told["model"] as? String == "speech-digits")
            let turns = try #require(input["turn_detection"] as? [String: Any])
            #expect(turns["threshold"] as? Double == 0.25 && turns["type"] as? String == "server_vad")
            #expect(turns["prefix_padding_ms"] as? Int == 100 && turns["silence_duration_ms"] as? Int == 700)
        }
    }

    private static func detection(_ members: String) -> String { input("{\"turn_detection\": \(members)}") }

    private static func session(_ members: String, type: String = "session.update") -> String {
        "{\"type\": \"\(type)\", \"event_id\": \"mine\", \"session\": \(members)}"
    }

    private static func input(_ members: String) -> String { session("{\"audio\": {\"input\": \(members)}}") }
}
