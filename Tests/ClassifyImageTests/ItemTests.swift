import TesseraFiles
import TestSupport
import Testing

/// Manifests, parts of them, and files that a run goes on with.
@Suite struct ItemTests {
    private let folder = TemporaryFolder()
    private static let names = ["cat.png", "ship.png", "truck.png", "dog.jpg"]

    /// Seven pictures, some of them twice, each with a number to carry along.
    private var manifest: String {
        let lines = (0..<7).map { "{\"image\": \"\(sample(Self.names[$0 % 4]))\", \"number\": \($0)}" }
        return folder.write("manifest.jsonl", lines.joined(separator: "\n"))
    }

    private func run(_ arguments: String..., input: String = "/dev/null") throws -> Outcome {
        try classifyImage(["--top-k", "2"] + arguments, input: input)
    }

    private func lines(_ text: String) throws -> [JSONObject] {
        try text.split(separator: "\n").map { try JSONObject(bytes: Array($0.utf8), path: "output") }
    }

    @Test func everyInputGivesALineInItsOrder() throws {
        let outcome = try run("--manifest", manifest)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let items = try lines(outcome.output)
        #expect(items.allSatisfy { $0.keys == ["image", "number", "predictions"] })
        #expect(try items.map { try $0.integer("number", in: 0...99) } == Array(0..<7))
        let alone = try items.map { item in
            try run("--format", "jsonl", try item.string("image")).output.replacing(
                ", \"predictions\"", with: ", \"number\": \(try item.integer("number", in: 0...99)), \"predictions\"")
        }
        #expect(outcome.output == alone.joined())
        #expect(try run("--manifest", "-", input: manifest).output == outcome.output)
        // A pipe's lines are answered as they come.
        let piped = try classifyImage(
            ["--top-k", "2", "--manifest", "-"],
            script: "(head -n 2 '\(manifest)'; sleep 0.2; tail -n +3 '\(manifest)') | \"$0\" \"$@\"")
        #expect(piped.output == outcome.output)
    }

    /// How many pictures pass the model together is seen in no digit, for else no two machines would say the same.
    @Test(arguments: ["f32", "bf16", "int8"], [1, 2, 3, 5, 16])
    func batchesMakeNoDifference(precision: String, size: Int) throws {
        let whole = try run("--manifest", manifest, "--precision", precision, "--batch-size", "7")
        let part = try run("--manifest", manifest, "--precision", precision, "--batch-size", "\(size)")
        #expect(whole.code == 0 && part.output == whole.output)
    }

    @Test(arguments: [1, 2, 3, 9])
    func partsTogetherAreTheWhole(count: Int) throws {
        let whole = try run("--manifest", manifest).output.split(separator: "\n")
        var merged = [Substring?](repeating: nil, count: whole.count)
        for index in 0..<count {
            let part = try run("--manifest", manifest, "--shard", "\(index)/\(count)")
            #expect(part.code == 0)
            for (place, line) in part.output.split(separator: "\n").enumerated() {
                merged[index + place * count] = line
            }
        }
        #expect(merged == whole)
    }

    /// Whatever a run left behind that was ended at some byte, the next one completes it.
    @Test func aRunGoesOnWhereTheLastEnded() throws {
        let output = folder.file("out.jsonl")
        let shard = ["--manifest", manifest, "--shard", "1/2", "--output", output]
        #expect(try classifyImage(shard).code == 0)
        let whole = text(output)
        let bytes = Array(whole.utf8)
        #expect(try lines(whole).map { try $0.integer("number", in: 0...99) } == [1, 3, 5])
        for count in stride(from: 0, through: bytes.count, by: 97) {
            folder.write("out.jsonl", Array(bytes[..<count]))
            let outcome = try classifyImage(shard)
            #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
            #expect(text(output) == whole, "after \(count) bytes")
        }
        // After a crash of the machine, a file may end with bytes that were never written.
        let first = bytes.prefix { $0 != 0x0A } + [0x0A]
        for tail in [[UInt8](repeating: 0, count: 9) + [0x0A], Array("{\"image\": \n".utf8)] {
            folder.write("out.jsonl", first + tail)
            #expect(try classifyImage(shard).code == 0)
            #expect(text(output) == whole)
        }
    }

    @Test func resultsOfOtherInputsAreNotGoneOnWith() throws {
        let output = folder.file("out.jsonl")
        #expect(try run("--manifest", manifest, "--shard", "0/2", "--output", output).code == 0)
        let before = text(output)
        let other = try run("--manifest", manifest, "--shard", "1/2", "--output", output)
        #expect(other.code == 65 && other.isOneLineOfError && other.errors.contains("line 1"), "\(other)")
        folder.write("manifest.jsonl", String(text(manifest).prefix { $0 != "\n" }))
        let fewer = try run("--manifest", folder.file("manifest.jsonl"), "--output", output)
        #expect(fewer.code == 65 && fewer.isOneLineOfError && fewer.errors.contains("line 2"), "\(fewer)")
        #expect(text(output) == before)
        for number in [1, 10] {
            folder.write("one.jsonl", "{\"image\": \"\(sample("cat.png"))\", \"number\": \(number)}\n")
            let outcome = try run("--manifest", folder.file("one.jsonl"), "--output", folder.file("one.out"))
            #expect(outcome.code == (number == 1 ? 0 : 65), "\(outcome)")
        }
        folder.write("out.jsonl", "no results\n" + before)
        #expect(try run("--manifest", folder.file("manifest.jsonl"), "--output", output).code == 65)
        #expect(text(output) == "no results\n" + before)
    }

    @Test func whatFailsSaysSoInItsLine() throws {
        let absent = folder.file("absent.png")
        folder.write("a.png", "no picture")
        folder.write(
            "list.jsonl",
            """
            \u{FEFF}{"image": "a.png", "id": 1}

            {"image": "\(absent)", "id": 2, "error": "carried", "predictions": []}
            no JSON
            {"picture": "a.png"}
            {"image": 7}
            {"image": "data:;base64,?", "id": 3}
            {"image": ""}
            {"image": "\(sample("cat.png"))", "manifest": {}}\r

            """)
        let output = folder.file("out.jsonl")
        let outcome = try run("--manifest", folder.file("list.jsonl"), "--output", output)
        #expect(outcome.code == 1 && outcome.output.isEmpty, "\(outcome)")
        let errors = outcome.errors.split(separator: "\n").map(String.init)
        let items = try lines(text(output))
        #expect(items.count == 8 && errors.count == 7)
        #expect(try items.dropLast().map { try $0.string("error") } == errors)
        #expect(items[0].keys == ["image", "id", "error"] && errors[0].hasPrefix(folder.file("a.png: ")))
        #expect(items[1].keys == ["image", "id", "manifest", "error"] && errors[1].hasPrefix(absent))
        #expect(try items[1].object("manifest")?.keys == ["error", "predictions"])
        for (index, line) in [(2, 4), (3, 5), (4, 6), (5, 7), (6, 8)] {
            let error = errors[index]
            #expect(error.contains("list.jsonl: ") && error.contains("(line \(line)"), "\(error)")
        }
        #expect(items[5].keys == ["id", "error"])
        #expect(items[7].keys == ["image", "manifest", "predictions"])
        // Started again, it does nothing, and says the same.
        let before = text(output)
        let again = try run("--manifest", folder.file("list.jsonl"), "--output", output)
        #expect(again.code == 1 && again.isOneLineOfError && text(output) == before)
    }

    @Test func picturesMayStandInTheManifest() throws {
        let bytes = try InputFile(sample("cat.png")).contents(limit: 1 << 24)
        let url = "data:image/png;base64," + base64(bytes)
        let path = folder.write("data.jsonl", "{\"id\": \"x\", \"image\": \"\(url)\"}\n")
        let outcome = try run("--manifest", path)
        let file = try run("--format", "jsonl", sample("cat.png"))
        #expect(outcome.code == 0)
        #expect(outcome.output == file.output.replacing("\"image\": \"\(sample("cat.png"))\"", with: "\"id\": \"x\""))
    }

    /// Names are told from the manifest's folder on, or else from the one that the command runs in.
    @Test func relativeNames() throws {
        let bytes = try InputFile(sample("cat.png")).contents(limit: 1 << 24)
        folder.write("lists/cat.png", bytes)
        folder.write("other/dog.png", bytes)
        let names = ["cat.png", "other/dog.png", "x.png"]
        folder.write("lists/list.jsonl", names.map { "{\"image\": \"\($0)\"}\n" }.joined())
        let outcome = try classifyImage(
            ["--manifest", "lists/list.jsonl"], script: "cd '\(folder.path)' && \"$0\" \"$@\"")
        #expect(outcome.code == 1 && outcome.errors.hasPrefix("lists/x.png: "), "\(outcome)")
        #expect(try lines(outcome.output).map { $0.contains("predictions") } == [true, true, false])
    }

    @Test func argumentsHavePartsAndOutputsToo() throws {
        let paths = Self.names.map { sample($0) }
        let whole = try classifyImage(paths + ["--format", "jsonl"])
        #expect(try classifyImage(paths + ["--shard", "0/1"]).output == whole.output)
        let output = folder.file("out.jsonl")
        for _ in 0..<2 { #expect(try classifyImage(paths + ["--output", output]).code == 0) }
        #expect(text(output) == whole.output)
    }

    @Test(arguments: [
        ["--shard", "2/2"], ["--shard", "x"], ["--manifest", ""], ["--output", ""], ["--manifest", "m.jsonl", "a.png"],
        ["--manifest", "m.jsonl", "--format", "csv"], ["--manifest", "m.jsonl", "--features", "f.safetensors"],
        ["a.png", "--output", "o.jsonl", "--attention-map", "m.png"],
    ])
    func whatDoesNotGoTogether(arguments: [String]) throws {
        let outcome = try classifyImage(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
    }

    @Test func manifestsThatCannotBeRead() throws {
        #expect(try run("--manifest", folder.file("absent.jsonl")).code == 66)
        #expect(try run("--manifest", folder.path).code == 66)
        #expect(try run("--manifest", manifest, "--output", folder.file("no/out.jsonl")).code == 73)
        #expect(try run("--manifest", manifest, "--output", manifest).code == 64)
        let empty = try run("--manifest", folder.write("empty.jsonl", "\n \n"))
        #expect(empty.code == 0 && empty.output.isEmpty && empty.errors.isEmpty)
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return stride(from: 0, to: bytes.count, by: 3).map { start in
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            let text = (0..<4).map { digits[bits >> (18 - 6 * $0) & 63] }
            return String(text.prefix(group.count + 1)) + String(repeating: "=", count: 3 - group.count)
        }.joined()
    }
}
