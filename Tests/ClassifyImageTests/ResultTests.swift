import TesseraFiles
import TestSupport
import Testing

/// What classify-image prints and writes, run as a user runs it with the model that ships.
@Suite struct ResultTests {
    static let classes = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// The samples are drawings, made until the model got all of them right: they show what the command prints, not how good
    /// the model is.
    @Test(arguments: ["f32", "bf16", "int8"])
    func samplesAreRecognised(precision: String) throws {
        let outcome = try classifyImage([
            sample(), "--precision", precision, "--top-k", "1", "--format", "csv", "--quiet",
        ])
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows.first == ["image", "rank", "label", "index", "score", "logit"])
        #expect(rows.dropFirst().map { $0[2] } == Self.classes)
        #expect(rows.dropFirst().allSatisfy { $0[1] == "1" && $0[0].contains($0[2]) })
    }

    @Test func textIsALineAPicture() throws {
        let outcome = try classifyImage([sample("cat.png"), sample("ship.png"), "--top-k", "2"])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && lines.count == 2)
        #expect(lines[0].contains("cat.png   cat 64.3 %, bird 19.5 %"))
        #expect(lines[1].contains("ship.png  ship 87.9 %, automobile"))
    }

    /// More labels are asked for than there are: all of them. Scores sum to 1 (softmax) within rounding.
    @Test func jsonHoldsAllThatIsKnown() throws {
        let outcome = try classifyImage([sample("truck.png"), "--format", "jsonl", "--top-k", "99"])
        #expect(outcome.code == 0)
        let item = try JSONObject(bytes: Array(outcome.output.utf8), path: "output")
        #expect(item.keys == ["image", "predictions"])
        #expect(try item.string("image") == sample("truck.png"))
        let predictions = try objects(item, "predictions")
        let scores = try predictions.map { try $0.number("score", in: 0...1, default: -1) }
        #expect(predictions.count == 10 && abs(scores.reduce(0, +) - 1) < 1e-5 && scores == scores.sorted(by: >))
        #expect(try Set(predictions.map { try $0.string("label") }) == Set(Self.classes))
        for prediction in predictions {
            #expect(prediction.keys == ["label", "index", "score", "logit"])
            #expect(try prediction.string("label") == Self.classes[try prediction.integer("index", in: 0...9)])
        }
    }

    @Test func jsonIsAnArrayInTheOrderOfTheInputs() throws {
        let paths = [sample("truck.png"), sample("dog.jpg"), sample("truck.png")]
        let array = try classifyImage(paths + ["--format", "json"])
        let lines = try classifyImage(paths + ["--format", "jsonl"]).output.split(separator: "\n")
        #expect(array.code == 0 && lines.count == 3)
        #expect(array.output == "[\n  " + lines.joined(separator: ",\n  ") + "\n]\n")
        for (path, line) in zip(paths, lines) { #expect(line.hasPrefix(#"{"image": "\#(path)", "#)) }
    }

    @Test func jsonLinesLeaveOutWhatFailed() throws {
        let outcome = try classifyImage([sample("cat.png"), "absent.png", sample("frog.png"), "--format", "jsonl"])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 1 && lines.count == 2)
        #expect(lines[0].hasPrefix(#"{"image": "\#(sample("cat.png"))", "predictions": [{"label": "cat", "index": 3"#))
        #expect(outcome.errors == "absent.png: does not exist\n")
    }

    @Test(arguments: ["f32", "bf16", "int8"])
    func batchesChangeNothing(precision: String) throws {
        let outputs = try ["1", "3", "16"].map { size in
            try classifyImage([sample(), "--format", "csv", "--batch-size", size, "--precision", precision]).output
        }
        #expect(Set(outputs).count == 1 && !outputs[0].isEmpty)
    }

    @Test func standardInputIsRead() throws {
        let outcome = try classifyImage(["-", "--top-k", "1"], input: sample("horse.png"))
        #expect(outcome.code == 0 && outcome.output == "-  horse 88.1 %\n")
    }

    @Test func featuresAreWritten() throws {
        let folder = TemporaryFolder()
        let path = folder.file("features.safetensors")
        let paths = [sample("cat.png"), folder.file("absent.png"), sample("dog.jpg")]
        let outcome = try classifyImage(paths + ["--features", path])
        #expect(outcome.code == 1 && outcome.output.isEmpty && folder.contents == ["features.safetensors"])
        let file = try Safetensors(path)
        #expect(file.shape(of: "features") == [2, 192])
        let header = String(decoding: try InputFile(path).bytes(at: 8, count: 300), as: UTF8.self)
        #expect(header.contains(#"\"\#(paths[0])\", \"\#(paths[2])\""#))
        let labels = try classifyImage([paths[0], "--features", path, "--top-k", "1"])
        #expect(labels.output.contains("cat 64.3 %") && labels.output.split(separator: "\n").count == 1)
        #expect(
            try classifyImage([paths[0], "--features", path, "--format", "csv"]).output.split(separator: "\n").count
                == 6)
    }

    @Test(arguments: [[], ["--attention-head", "8:5"]])
    func attentionMapIsDrawn(options: [String]) throws {
        let folder = TemporaryFolder()
        let outcome = try classifyImage([sample("cat.png"), "--attention-map", folder.file("map.png")] + options)
        #expect(outcome.code == 0 && folder.contents == ["map.png"])
        let bytes = try InputFile(folder.file("map.png")).contents(limit: 1 << 24)
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func modelsAreListed() throws {
        let cache = TemporaryFolder()
        let outcome = try classifyImage(["--list-models"], environment: ["HF_HUB_CACHE=" + cache.path])
        #expect(outcome.code == 0 && outcome.output.hasPrefix("vit-cifar10  /"))
    }

    @Test(arguments: [("--version", "0.1.0"), ("--help", "classify-image cat.png")])
    func informs(option: String, text: String) throws {
        let outcome = try classifyImage([option])
        #expect(outcome.code == 0 && outcome.output.contains(text) && outcome.errors.isEmpty)
    }

    /// The objects of a list.
    private func objects(_ object: JSONObject, _ key: String) throws -> [JSONObject] {
        guard case .array(let values)? = object.value(key) else { return [] }
        return try values.map { value in
            var json = JSONWriter()
            guard case .object(let members) = value else { throw object.error(key, "holds something else") }
            json.object { json in
                for member in members {
                    switch member.value {
                    case .string(let text): json.write(text, for: member.name)
                    case .number(let number): json.write(number.double, for: member.name)
                    default: break
                    }
                }
            }
            return try JSONObject(bytes: try json.finish(path: "output"), path: "output")
        }
    }
}
