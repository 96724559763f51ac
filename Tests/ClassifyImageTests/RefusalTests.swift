import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What classify-image does with usage errors, odd inputs and outputs: the rows "Commands" of the project's list of
/// hostile cases. An error is one line and names the exit code's reason.
@Suite struct RefusalTests {
    private let cat = sample("cat.png")

    @Test(arguments: [
        ([], "No picture is named"),
        (["--bogus"], "--bogus"),
        (["--top-k", "0", "a.png"], "--top-k must be at least 1"),
        (["--batch-size", "0", "a.png"], "--batch-size must be between 1 and 4096"),
        (["--batch-size", "many", "a.png"], "--batch-size"),
        (["--format", "xml", "a.png"], "--format"),
        (["--precision", "f16", "a.png"], "--precision"),
        (["--threads", "0", "a.png"], "--threads must be between 1 and 1024"),
        (["--attention-head", "1:2", "a.png"], "--attention-head needs --attention-map"),
        (["--attention-head", "1", "--attention-map", "m.png", "a.png"], "--attention-head"),
        (["--attention-map", "m.png", "a.png", "b.png"], "--attention-map draws one picture, but 2 are named"),
        (["-", "-"], "Standard input"),
        ([""], "must not be empty"),
    ])
    func usage(arguments: [String], cause: String) throws {
        let outcome = try classifyImage(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test func attentionHeadOutOfRange() throws {
        let folder = TemporaryFolder()
        let outcome = try classifyImage(
            [cat, "--attention-map", folder.file("m.png"), "--attention-head", "9:0"])
        #expect(outcome.code == 64 && outcome.isOneLineOfError && folder.contents.isEmpty)
        #expect(outcome.errors.contains("layers 0 to 8 with heads 0 to 5"))
    }

    /// The bytes FF FE are no text.
    @Test func nameThatIsNotUTF8() throws {
        let outcome = try classifyImage([], script: #"exec "$0" "$(printf '\377\376.png')""#)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("not UTF-8"), "\(outcome)")
    }

    @Test func outputIsAnInput() throws {
        let folder = TemporaryFolder()
        let picture = folder.write("a.png", try InputFile(cat).contents(limit: 1 << 20))
        let link = folder.link("link.png", to: picture)
        for option in ["--features", "--attention-map"] {
            for output in [picture, link, folder.path + "/./a.png"] {
                let outcome = try classifyImage([picture, option, output])
                #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("also an input"))
            }
        }
        let twice = try classifyImage(
            [
                cat, "--features", folder.file("new"), "--attention-map",
                folder.path + "/../" + splitPath(folder.path).name + "/new",
            ])
        #expect(twice.code == 64 && twice.isOneLineOfError)
        #expect(folder.contents == ["a.png", "link.png"])
    }

    @Test func outputThatCannotBeCreated() throws {
        let folder = TemporaryFolder()
        for output in ["/dev/full", folder.file("absent/out"), folder.path] {
            let outcome = try classifyImage([cat, "--features", output])
            #expect(outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.hasPrefix(output), "\(outcome)")
        }
    }

    @Test(arguments: ["text", "json", "jsonl", "csv"])
    func standardOutputThatFails(format: String) throws {
        let full = try classifyImage([cat, "--format", format], to: .file("/dev/full"))
        #expect(full.code == 74 && full.errors == "standard output: No space left on device\n")
        for output in [RunningCommand.Output.closed, .abandoned] {
            let outcome = try classifyImage([cat, "--format", format], to: output)
            #expect(outcome.code == 74 && outcome.errors.isEmpty)
        }
    }

    /// Whatever it was doing, it leaves without a word, and no half of a file behind.
    @Test(arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) throws {
        let folder = TemporaryFolder()
        let output = folder.write("labels.csv", "")
        folder.write("features", "old")
        let options = ["--batch-size", "4", "--format", "csv", "--features", folder.file("features")]
        let command = try RunningCommand(
            "classify-image", options + [String](repeating: cat, count: 20_000), to: .file(output))
        try command.wait { !text(output).isEmpty }
        command.send(signal: signal)
        let outcome = try command.outcome()
        #expect(outcome.code == 128 + signal && outcome.errors.isEmpty, "\(outcome.code) \(outcome.errors)")
        #expect(folder.contents == ["features", "labels.csv"] && text(folder.file("features")) == "old")
    }

    @Test func inputThatIsNoFile() throws {
        let folder = TemporaryFolder()
        mkfifo(folder.file("pipe.png"), 0o600)
        folder.link("dangling.png", to: "nowhere")
        folder.createFolder("empty")
        for name in ["pipe.png", "dangling.png", "absent.png", "empty"] {
            let outcome = try classifyImage([folder.file(name)])
            #expect(outcome.code == 66 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(folder.file(name) + ": "))
        }
        let device = try classifyImage(["/dev/zero"])
        #expect(device.code == 66 && device.isOneLineOfError)
    }

    @Test(arguments: ["text", "json", "jsonl", "csv"])
    func damagedPicture(format: String) throws {
        let damaged = Fixtures.path("hostile/png/trunc_50pct.png")
        let alone = try classifyImage([damaged, "--format", format])
        #expect(alone.code == 65 && alone.isOneLineOfError && alone.errors.hasPrefix(damaged + ": "))
        let batch = try classifyImage([cat, damaged, sample("dog.jpg"), "--format", format])
        #expect(batch.code == 1 && batch.errors == alone.errors && !batch.output.contains("trunc"))
        #expect(
            batch.output == (try classifyImage([cat, sample("dog.jpg"), "--format", format]).output) || format == "text"
        )
        let empty = try classifyImage(["-", "--format", format])
        #expect(empty.code == 65 && empty.isOneLineOfError && empty.errors.hasPrefix("standard input: "))
    }

    @Test func oddPictureIsAcceptedWithAWarning() throws {
        let odd = Fixtures.path("hostile/png/trailing_data_zip_polyglot.png")
        let outcome = try classifyImage([odd])
        #expect(outcome.code == 0 && outcome.output.hasPrefix(odd) && outcome.errors.hasPrefix(odd + ": "))
        let quiet = try classifyImage([odd, "--quiet"])
        #expect(quiet.code == 0 && quiet.output == outcome.output && quiet.errors.isEmpty)
    }
}
