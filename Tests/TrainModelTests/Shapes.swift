import TestSupport

/// Pictures to learn from in a second: discs and squares of any colour anywhere, and the config.json of a model that is
/// large enough for them.
struct Shapes {
    let folder = TemporaryFolder()

    /// - Parameter count: of each class.
    init(count: Int = 24) {
        var random = SplitMix(state: 1)  // the same pictures in every run
        for index in 0..<count {
            for (name, isDisc) in [("disc", true), ("square", false)] {
                let file = "data/\(name)/\(index).png"
                folder.write(file, pngFile(width: 16, height: 16, pixels: Shapes.draw(isDisc: isDisc, &random)))
            }
        }
        folder.write(
            "config.json",
            """
            {"model_type": "vit", "image_size": 16, "patch_size": 4, "hidden_size": 16, "num_attention_heads": 2,
             "num_hidden_layers": 2, "intermediate_size": 32}
            """)
    }

    /// The arguments of a training of all this.
    func arguments(output: String, _ others: String...) -> [String] {
        ["image", "--data", folder.file("data"), "--config", folder.file("config.json"), "--output", output] + others
    }

    /// A red disc or a blue square on gray.
    private static func draw(isDisc: Bool, _ random: inout SplitMix) -> [UInt8] {
        let radius = 4 + Int(random.next() % 3)
        let (x0, y0) = (5 + Int(random.next() % 6), 5 + Int(random.next() % 6))
        let bright = UInt8(150 + random.next() % 100)
        var pixels: [UInt8] = []
        for y in 0..<16 {
            for x in 0..<16 {
                let (dx, dy) = (abs(x - x0), abs(y - y0))
                let isInside = isDisc ? dx * dx + dy * dy <= radius * radius : max(dx, dy) <= radius
                let colour: [UInt8] = isDisc ? [bright, 30, 30] : [30, 30, bright]
                pixels += isInside ? colour : [90, 90, 90]
            }
        }
        return pixels
    }
}

func trainModel(_ arguments: [String], environment: [String] = [], script: String? = nil) throws -> Outcome {
    try RunningCommand("train-model", arguments, environment: environment, script: script).outcome()
}

/// The lines of metrics.jsonl without the time.
func losses(_ output: String) -> [String] {
    text(output + "/metrics.jsonl").split(separator: "\n").map { line in
        String(line.prefix(upTo: line.range(of: #""seconds""#)?.lowerBound ?? line.endIndex))
    }
}

extension Substring {
    /// Where `part` begins and ends.
    fileprivate func range(of part: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(part) }.map { $0..<index($0, offsetBy: part.count) }
    }
}
