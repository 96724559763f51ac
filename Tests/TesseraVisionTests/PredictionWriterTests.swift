import TesseraFiles
import TesseraVision
import Testing

@Suite struct PredictionWriterTests {
    private let cat = Prediction(label: "cat, \"tabby\"", index: 3, score: 0.984, logit: 7.125)
    private let dog = Prediction(label: "dog", index: 0, score: 0.0159, logit: -1)
    private let catObject =
        #"{"image": "a.png", "predictions": [{"label": "cat, \"tabby\"", "index": 3, "score": 0.984, "logit": 7.125}]}"#
    private let dogObject =
        #"{"image": "b", "predictions": [{"label": "dog", "index": 0, "score": 0.0159, "logit": -1.0}]}"#

    /// What is written for each of two pictures, and in the end.
    private func texts(_ format: PredictionFormat) throws -> [String] {
        var writer = PredictionWriter(format, names: ["a.png", "b"])
        return [try writer.text(for: "a.png", [cat]), try writer.text(for: "b", [dog]), writer.finish()]
    }

    @Test func linesOfTextAreAligned() throws {
        #expect(try texts(.text) == ["a.png  cat, \"tabby\" 98.4 %\n", "b      dog 1.6 %\n", ""])
        var writer = PredictionWriter(.text)
        #expect(try writer.text(for: "a\n\u{1B}", [cat, dog]) == "a\\n\\u{1B}  cat, \"tabby\" 98.4 %, dog 1.6 %\n")
        let long = PredictionWriter(.text, names: [String(repeating: "n", count: 100)])
        writer = long
        #expect(try writer.text(for: "b", [dog]).count == 48 + "  dog 1.6 %\n".count, "names are aligned up to a width")
    }

    @Test func withoutLabelsThereIsNoText() throws {
        var writer = PredictionWriter(.text)
        #expect(try writer.text(for: "a.png", []).isEmpty)
        var lines = PredictionWriter(.jsonl)
        #expect(try lines.text(for: "a.png", []) == #"{"image": "a.png", "predictions": []}"# + "\n")
    }

    @Test func objectsStandInOneArrayOrOnLines() throws {
        #expect(try texts(.json) == ["", "", "[\n  \(catObject),\n  \(dogObject)\n]\n"])
        #expect(try texts(.jsonl) == [catObject + "\n", dogObject + "\n", ""])
    }

    @Test func rowsFollowOneHeader() throws {
        let rows = ["a.png,1,\"cat, \"\"tabby\"\"\",3,0.984,7.125\n", "b,1,dog,0,0.0159,-1.0\n"]
        #expect(try texts(.csv) == ["image,rank,label,index,score,logit\n" + rows[0], rows[1], ""])
        var writer = PredictionWriter(.csv)
        #expect(try writer.text(for: "b", [dog, dog]).hasSuffix(rows[1] + "b,2,dog,0,0.0159,-1.0\n"))
    }

    @Test(arguments: PredictionFormat.allCases)
    func withoutPicturesNothingIsWritten(format: PredictionFormat) {
        #expect(PredictionWriter(format).finish().isEmpty)
    }

    /// JSON cannot express it; a table can.
    @Test(arguments: [Float.nan, .infinity])
    func scoresThatAreNoNumbers(score: Float) throws {
        let prediction = Prediction(label: "cat", index: 0, score: score, logit: 0)
        for format in [PredictionFormat.json, .jsonl] {
            var writer = PredictionWriter(format)
            let error = #expect(throws: FileError.self) { try writer.text(for: "a.png", [prediction]) }
            #expect(error?.path == "a.png")
        }
        var writer = PredictionWriter(.text)
        #expect(try writer.text(for: "a.png", [prediction]) == "a.png  cat \(score)\n")
    }
}
