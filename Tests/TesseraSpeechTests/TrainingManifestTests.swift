import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

@Suite struct TrainingManifestTests {
    private let folder = TemporaryFolder()

    private func read(_ text: String, _ name: String = "list.jsonl") throws -> [TranscribedRecording] {
        try SpeechManifest(folder.write(name, text)).recordings
    }

    @Test("JSON Lines, with every name that is accepted")
    func objects() throws {
        let read = try read(
            """
            \u{FEFF}{"audio": "a.wav", "text": "three one", "language": "en", "task": "translate", "speaker": "x"}\r

            {"audio_filepath": "/b/c.flac", "sentence": "", "locale": "de", "client_id": "y"}
            {"path": "d/e.wav", "transcription": "zwei", "text": null, "more": [1]}
            {"file": "f.wav", "segments": [{"start": 0.5, "end": 1, "text": " a "}, {"start": 1, "end": 2.5, "text": "b"}]}
            """)
        let list = folder.file("list.jsonl")
        #expect(
            read == [
                .init(
                    audio: folder.file("a.wav"), text: "three one", language: "en", task: .translate, speaker: "x",
                    place: "line 1 of \(list)"),
                .init(audio: "/b/c.flac", text: "", language: "de", speaker: "y", place: "line 3 of \(list)"),
                .init(audio: folder.file("d/e.wav"), text: "zwei", place: "line 4 of \(list)"),
                .init(
                    audio: folder.file("f.wav"), text: "a b",
                    segments: [.init(start: 0.5, end: 1, text: " a "), .init(start: 1, end: 2.5, text: "b")],
                    place: "line 5 of \(list)"),
            ])
    }

    @Test("A table, with a row of names as Common Voice has it and without")
    func tables() throws {
        folder.write("clips/cv_1.mp3", "")
        let named = try read(
            "client_id\tpath\tsentence\tlocale\nx\tcv_1.mp3\tGuten Tag\tde\n\tcv_2.mp3\t\"Ja\"\t\n", "train.tsv")
        let list = folder.file("train.tsv")
        #expect(
            named == [
                .init(
                    audio: folder.file("clips/cv_1.mp3"), text: "Guten Tag", language: "de", speaker: "x",
                    place: "line 2 of \(list)"),
                .init(audio: folder.file("cv_2.mp3"), text: "\"Ja\"", place: "line 3 of \(list)"),
            ])
        let plain = try read("a.wav\tthree one\r\nb.wav\t\r\n", "plain.txt")
        #expect(plain.map(\.audio) == [folder.file("a.wav"), folder.file("b.wav")])
        #expect(plain.map(\.text) == ["three one", ""])
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let text, says: String
        var line: String? = "line 2"
        var testDescription: String { says }
    }

    private static let good = "{\"audio\": \"a.wav\", \"text\": \"x\"}\n"

    static let mistakes = [
        Mistake(text: "", says: "no recordings", line: nil),
        Mistake(text: "\n \t\n", says: "no recordings", line: nil),
        Mistake(text: good + "{\"audio\": \"a.wav\", \"text\"}", says: "has no colon after 'text' (line 2, column 26)"),
        Mistake(text: good + "[1]", says: "a list"),
        Mistake(text: good + "three", says: "line 2, column 1"),
        Mistake(text: good + "{\"text\": \"x\"}", says: "is missing or empty (line 2, audio)"),
        Mistake(text: good + "{\"audio\": \"\", \"text\": \"x\"}", says: "is missing or empty (line 2, audio)"),
        Mistake(text: good + "{\"audio\": 3, \"text\": \"x\"}", says: "audio must be a string"),
        Mistake(text: good + "{\"audio\": \"a.wav\"}", says: "neither text nor segments"),
        Mistake(
            text: good + "{\"audio\": \"a.wav\", \"text\": \"x\", \"task\": \"sing\"}", says: "'sing' (line 2, task)"),
        Mistake(text: good + "{\"audio\": \"a.wav\", \"segments\": [{\"start\": 1, \"text\": \"x\"}]}", says: "end"),
        Mistake(
            text: good + "{\"audio\": \"a.wav\", \"segments\": [{\"start\": 1, \"end\": 0.5, \"text\": \"x\"}]}",
            says: "before the start"),
        Mistake(
            text: good + "{\"audio\": \"a.wav\", \"segments\": [{\"start\": -1, \"end\": 0.5, \"text\": \"x\"}]}",
            says: "start"),
        Mistake(
            text: good + """
                {"audio": "a.wav", "segments": [{"start": 1, "end": 2, "text": "x"}, {"start": 0, "end": 2, "text": "y"}]}
                """, says: "before the segment before"),
        Mistake(text: "a.wav\tx\nb.wav x\n", says: "columns"),
        Mistake(text: "path\tup\tsentence\na.wav\t3\n", says: "columns"),
        Mistake(text: "a.wav\tx\n\tx\n", says: "names no recording (line 2)"),
    ]

    @Test("What is wrong is said, and in which line", arguments: mistakes)
    func refusals(_ mistake: Mistake) throws {
        let path = folder.write("bad", mistake.text)
        let error = #expect(throws: FileError.self) { try SpeechManifest(path) }
        #expect(error?.kind == .badData && error?.path == path)
        #expect(error.map { "\($0)".contains(mistake.says) } == true, "\(error as Any)")
        #expect(mistake.line == nil ? error?.place == nil : error?.place?.hasPrefix(mistake.line!) == true)
    }

    @Test("Damaged manifests are read or refused, and never more than that")
    func damage() throws {
        var random = SplitMix(state: 5)
        let manifests = [Self.good + Self.good, "path\tsentence\na.wav\tx\nb.wav\ty\n"]
        for round in 0..<400 {
            let path = folder.write("damaged", random.mutated(Array(manifests[round % 2].utf8)))
            do throws(FileError) {
                #expect(try SpeechManifest(path).recordings.count <= 3)
            } catch { #expect(error.path == path && error.kind == .badData) }
        }
    }

    @Test("Files that are no text are refused")
    func noText() throws {
        #expect(throws: FileError.self) { try SpeechManifest(folder.file("absent.jsonl")) }
        #expect(throws: FileError.self) { try SpeechManifest(folder.write("a", [0xFF, 0xFE, 0x61, 0])) }
        let error = #expect(throws: FileError.self) {
            try SpeechManifest(folder.write("b", Array("a\tb\nc\t".utf8) + [0xC3, 0x28]))
        }
        #expect(error?.place == "line 2")
    }

    @Test("A split depends on seed and paths, not on the order or the folder", arguments: [0.0, 0.1, 0.5, 0.999])
    func split(fraction: Double) throws {
        let lines = (0..<40).map { "\($0).wav\ttext\n" }
        let manifest = try SpeechManifest(folder.write("a/list.tsv", lines.joined()))
        let elsewhere = TemporaryFolder()
        let other = try SpeechManifest(elsewhere.write("b.tsv", lines.reversed().joined()))
        func names(_ recordings: [TranscribedRecording]) -> [String] {
            recordings.map { String($0.audio.split(separator: "/").last ?? "") }
        }
        let parts = manifest.split(validationFraction: fraction, seed: 3)
        #expect(parts.validation.count == min(Int((fraction * 40).rounded()), 39))
        #expect(parts.training.count + parts.validation.count == 40)
        #expect(Set(names(parts.training) + names(parts.validation)).count == 40)
        #expect(
            Set(names(other.split(validationFraction: fraction, seed: 3).validation)) == Set(names(parts.validation)))
        let another = Set(names(manifest.split(validationFraction: fraction, seed: 4).validation))
        #expect((another == Set(names(parts.validation))) == (fraction == 0))
        #expect(
            try SpeechManifest(folder.write("one.tsv", "a.wav\tb")).split(validationFraction: 0.9, seed: 1).validation
                == [])
    }
}
