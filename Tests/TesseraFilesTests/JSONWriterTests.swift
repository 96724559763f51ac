import TesseraFiles
import Testing

@Suite struct JSONWriterTests {
    private func text(_ writer: JSONWriter) throws -> String {
        var writer = writer
        return String(decoding: try writer.finish(path: "out"), as: UTF8.self)
    }

    private func fill(_ json: inout JSONWriter) {
        json.array { json in
            json.object { json in
                json.write("a.png", for: "image")
                json.array("predictions") { json in
                    json.object { json in
                        json.write(3, for: "index")
                        json.write(0.98 as Float, for: "score")
                    }
                }
                json.array("none") { _ in }
                json.writeNull(for: "nothing")
                json.write(true, for: "yes")
            }
        }
    }

    @Test func onOneLine() throws {
        var json = JSONWriter()
        fill(&json)
        #expect(
            try text(json) == #"[{"image": "a.png", "predictions": [{"index": 3, "score": 0.98}], "#
                + #""none": [], "nothing": null, "yes": true}]"#)
    }

    @Test func indented() throws {
        var json = JSONWriter(indentation: 2)
        fill(&json)
        #expect(
            try text(json) == """
                [
                  {
                    "image": "a.png",
                    "predictions": [
                      {
                        "index": 3,
                        "score": 0.98
                      }
                    ],
                    "none": [],
                    "nothing": null,
                    "yes": true
                  }
                ]
                """)
    }

    @Test func everythingReadsBack() throws {
        let string = "\u{0}\u{1}\u{1F}\"\\/\n\r\t\u{7F}é\u{2028}😀"
        let numbers: [Double] = [
            0, -0.0, 0.1, 1e-5, .leastNonzeroMagnitude, 1e16, .greatestFiniteMagnitude, 1.0 / 3, 123456789.125,
        ]
        var json = JSONWriter()
        json.object { json in
            json.write(string, for: string)
            json.array("numbers") { json in for number in numbers { json.write(number) } }
            json.write(UInt64.max, for: "largest")
            json.write(Int.min, for: "least")
        }
        let object = try JSONObject(bytes: try json.finish(path: "out"), path: "out")
        #expect(try object.string(string) == string)
        #expect(try object.numbers("numbers") == numbers)
        #expect(try object.integer("least", in: Int.min...0) == Int.min)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func refusesWhatJSONCannotExpress(_ value: Double) {
        var json = JSONWriter()
        json.object { json in json.write(value, for: "score") }
        let error = #expect(throws: FileError.self) { _ = try json.finish(path: "out.json") }
        #expect(error?.description == "out.json: would hold NaN or infinity, which JSON cannot express (score)")
    }
}
