import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Several recordings, folders, pipes and folders of output.
@Suite struct BatchTests {
    private let fixture = Fixture.short
    private let options = ["--model", Fixture.short.model, "--temperature", "0"]

    /// A folder with two recordings and something else.
    private func recordings() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        folder.write("b.WAV", try fixture.bytes())
        folder.write("a.flac", try Fixture.long.bytes())
        folder.write("notes.txt", "no recording")
        return folder
    }

    @Test func textOfSeveralStandsUnderTheirNames() throws {
        let folder = try recordings()
        let alone = try ["a.flac", "b.WAV"].map { try transcribeAudio(options + [folder.file($0)]).output }
        let both = try transcribeAudio(options + [folder.path])
        #expect(both.code == 0 && !alone[0].isEmpty)
        #expect(both.errors == "\(folder.path): 1 file of another kind is left out\n")
        #expect(both.output == "\(folder.file("a.flac"))\n\(alone[0])\n\(folder.file("b.WAV"))\n\(alone[1])")
    }

    @Test func jsonOfSeveralIsAnArrayInTheirOrder() throws {
        let folder = try recordings()
        let paths = [folder.file("b.WAV"), folder.file("a.flac"), folder.file("b.WAV")]
        let objects = try paths.map { try transcribeAudio(options + ["--format", "json", $0]).output.dropLast() }
        let array = try transcribeAudio(options + ["--format", "json"] + paths)
        #expect(array.code == 0 && array.output == "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n")
        #expect(try parseJSON(array.output).objects("all").map { try $0.string("audio") } == paths)
    }

    @Test(arguments: ["txt", "json", "srt", "vtt", "tsv"])
    func folderGetsAFileEach(format: String) throws {
        let folder = try recordings()
        let output = folder.file("new/texts")
        let arguments = options + ["--format", format, "--output-folder", output, folder.path]
        let outcome = try transcribeAudio(arguments)
        #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.errors.hasSuffix(" is left out\n"))
        #expect(folderContents(output) == ["a.\(format)", "b.\(format)"])
        let alone = try transcribeAudio(options + ["--format", format, folder.file("a.flac")])
        #expect(text(output + "/a.\(format)") == alone.output)
        // Started again, it gives the same.
        let second = text(output + "/b.\(format)")
        #expect(try transcribeAudio(arguments).code == 0)
        #expect(text(output + "/a.\(format)") == alone.output && text(output + "/b.\(format)") == second)
    }

    @Test func foldersInsideAreGoneIntoAndKept() throws {
        let folder = TemporaryFolder()
        let names = ["1.wave", "a/1.wav", "a/b/1.wav"]
        for name in names { folder.write("in/" + name, try fixture.bytes()) }
        let arguments = options + ["--recursive", "--format", "json", folder.file("in")]
        let printed = try transcribeAudio(arguments)
        let found = try parseJSON(printed.output).objects("all").map { try $0.string("audio") }
        #expect(found == names.map { folder.file("in/" + $0) } && printed.errors.isEmpty)
        let written = try transcribeAudio(arguments + ["--output-folder", folder.file("out")])
        #expect(written.code == 0 && written.output.isEmpty, "\(written)")
        for name in ["1.json", "a/1.json", "a/b/1.json"] {
            #expect(text(folder.file("out/" + name)).hasPrefix("{\"audio\""))
        }
    }

    @Test func pipeIsRead() throws {
        let file = try transcribeAudio(options + [fixture.recording, "--format", "json"])
        let piped = try transcribeAudio(
            options + ["-", "--format", "json"], script: "cat '\(fixture.recording)' | \"$0\" \"$@\"")
        let redirected = try transcribeAudio(options + ["-", "--format", "json"], input: fixture.recording)
        #expect(piped.code == 0 && piped.output == redirected.output)
        #expect(piped.output == file.output.replacing(fixture.recording, with: "-"))
        let folder = TemporaryFolder()
        let written = try transcribeAudio(
            options + ["-", "--output-folder", folder.path], input: fixture.recording)
        #expect(written.code == 0 && folder.contents == ["stdin.txt"])
    }

    @Test func theRestOfABatchGoesOn() throws {
        let folder = try recordings()
        folder.write("c.flac", Array(try Fixture.long.bytes().prefix(100_000)))
        folder.write("d.wav", "no sound")
        let output = folder.file("out")
        let outcome = try transcribeAudio(
            options + ["--output-folder", output, folder.path, folder.file("absent.wav"), "--quiet"])
        #expect(outcome.code == 1 && outcome.output.isEmpty)
        let errors = outcome.errors.split(separator: "\n")
        #expect(errors.count == 3 && folderContents(output) == ["a.txt", "b.txt"])
        for (error, name) in zip(errors, ["c.flac", "d.wav", "absent.wav"]) {
            #expect(error.hasPrefix(folder.file(name) + ": "))
        }
        let json = try transcribeAudio(
            options + ["--format", "json", folder.file("d.wav"), folder.file("b.WAV"), folder.file("absent.wav")])
        #expect(try json.code == 1 && parseJSON(json.output).objects("all").count == 1)
    }

    /// Whatever it was doing, it leaves without a word, and no half of a file behind.
    @Test(arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) throws {
        let folder = TemporaryFolder()
        let names = (100..<300).map { "\($0)" }
        let recordings = names.map { folder.link("in/\($0).flac", to: Fixture.long.recording) }
        let command = try RunningCommand(
            "transcribe-audio",
            ["--model", Fixture.long.model, "--temperature", "0", "--output-folder", folder.file("out")] + recordings)
        try command.wait { folderContents(folder.file("out")).count >= 2 }
        command.send(signal: signal)
        let outcome = try command.outcome()
        #expect(outcome.code == 128 + signal && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
        let written = folderContents(folder.file("out"))
        #expect(written.count < names.count && written == names.prefix(written.count).map { $0 + ".txt" })
    }

    @Test func modelsAreFoundInTheCache() throws {
        let cache = TemporaryFolder()
        for name in folderContents(fixture.model) {
            let bytes = try InputFile(fixture.model + "/" + name).contents(limit: 1 << 26)
            cache.write("models--owner--name/snapshots/1234/\(name)", bytes)
        }
        let environment = ["HF_HUB_CACHE=" + cache.path]
        let list = try transcribeAudio(["--list-models"], environment: environment)
        #expect(
            list.code == 0 && list.output.hasSuffix("owner/name     \(cache.path)/models--owner--name/snapshots/1234\n")
        )
        let outcome = try transcribeAudio(
            ["--model", "owner/name", "--temperature", "0", fixture.recording], environment: environment)
        #expect(try outcome.code == 0 && outcome.output == transcribeAudio(fixture.arguments()).output)
    }
}
