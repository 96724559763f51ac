import TesseraFiles
import TestSupport
import Testing

private func parse(_ text: String) throws -> JSONObject {
    try JSONObject(bytes: Array(text.utf8), path: "config.json")
}

private func failure(_ body: () throws -> Void) -> String? {
    #expect(throws: FileError.self, performing: body)?.description
}

@Suite struct JSONParserTests {
    @Test func stringsHaveALimit() throws {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 17 << 20)
        let cause = failure {
            _ = try JSONObject(bytes: Array(#"{"a": ""#.utf8) + long + Array(#""}"#.utf8), path: "a")
        }
        #expect(cause?.contains("string of more than") == true, "\(String(describing: cause))")
    }

    @Test func readsEveryKindOfValue() throws {
        let object = try parse(
            #" {"b": true, "a": [1, -2.5e1, null, {"x": "y"}], "s": "\u00e9\ud83d\ude00\n\/", "e": {}, "l": [ ]} "#)
        #expect(object.keys == ["b", "a", "s", "e", "l"])
        #expect(try object.boolean("b"))
        #expect(try object.string("s") == "é😀\n/")
        guard case .array(let list)? = object.value("a") else { throw FileError(.badData, path: "", cause: "") }
        #expect(list.count == 4)
    }

    @Test func wholeNumbersAreExact() throws {
        let object = try parse(
            """
            {"a": 9223372036854775807, "b": -9223372036854775808, "c": 9223372036854775808, "d": 18446744073709551615,
             "e": 1000000000000000019884624838656, "f": 12.0, "g": 1e3, "h": -0, "i": 9007199254740993}
            """)
        #expect(try object.integer("a", in: 0...Int.max) == Int.max)
        #expect(try object.integer("b", in: Int.min...0) == Int.min)
        for key in ["c", "d", "e"] {
            #expect(throws: FileError.self) { try object.integer(key, in: 0...Int.max) }
        }
        #expect(try object.number("d", in: 0...1e300) == 0x1p64)
        #expect(try object.number("e", in: 0...1e300) == 1e30)
        #expect(try object.integer("f", in: 0...20) == 12)
        #expect(try object.integer("g", in: 0...2000) == 1000)
        #expect(try object.integer("h", in: 0...0) == 0)
        #expect(try object.integer("i", in: 0...Int.max) == 9_007_199_254_740_993)
    }

    @Test func namesDifferWhenTheirBytesDo() throws {
        let object = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        #expect(try object.integer("\u{E9}", in: 0...9) == 1)
        #expect(try object.integer("e\u{301}", in: 0...9) == 2)
    }

    @Test(arguments: [
        "{", "}", "[", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{,}", "{a:1}", "{'a':1}",
        "{1:2}",
        "{} {}", "{}x", "{}\0", "\0{}", "nul", "{\"a\":nul}", "{\"a\":True}", "{\"a\":NaN}", "{\"a\":Infinity}",
        "{\"a\":-Infinity}", "{\"a\":01}", "{\"a\":-}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":+1}",
        "{\"a\":0x10}", "{\"a\":1e400}", "{\"a\":1__}", "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"x", "{\"a\":\"\\",
        "{\"a\":\"\\\"", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"\\u+123\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\ud800\\ud800\"}",
        "{\"a\":\"\\ud800x\"}", "{\"a\":\"\\u\"}", "// no\n{}", "{/**/}", "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":[1,]}", "{\"a\":[1 2]}", "[]", "null", "3", "\"x\"", "", " ",
    ])
    func refuses(_ text: String) {
        let error = #expect(throws: FileError.self) { _ = try parse(text) }
        #expect(error?.kind == .badData)
    }

    @Test func refusesATwelfthAndALaterDuplicate() {
        for count in [2, 12, 13, 14, 100] {
            let members = (0..<count - 1).map { "\"k\($0)\":0" } + ["\"k\(count / 2 - 1)\":0"]
            #expect(failure { _ = try parse("{" + members.joined(separator: ",") + "}") }?.contains("twice") == true)
        }
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xC3], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]])
    func refusesMalformedUTF8(_ bytes: [UInt8]) {
        let text = Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)
        let error = #expect(throws: FileError.self) { _ = try JSONObject(bytes: text, path: "a") }
        #expect(error?.description == "a: is not UTF-8 (line 1, column 7)")
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        _ = try parse(nested(63))
        #expect(throws: FileError.self) { _ = try parse(nested(64)) }
        #expect(throws: FileError.self) { _ = try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test func placesAreLineAndColumn() {
        #expect(
            failure { _ = try parse("{\"é\": 1,\n \"b\": é}") }
                == "config.json: does not hold a value where one belongs (line 2, column 7)")
        #expect(
            failure { _ = try parse("{\"a\": 1,\n \"a\": 2}") }
                == "config.json: has the name 'a' twice (line 2, column 2)")
    }

    @Test(arguments: [
        ("empty", "is empty"), ("array", "holds a list"), ("not_json", "no name where one belongs"),
        ("utf16", "UTF-16"), ("bom", "byte-order mark"), ("dup_key", "'hidden_size' twice"),
        ("depth_100000", "nested more than 64 levels"),
    ])
    func refusesHostileFiles(_ name: String, _ cause: String) {
        let path = Fixtures.path("hostile/config/\(name).json")
        let error = #expect(throws: FileError.self) { _ = try JSONObject.read(path) }
        #expect(error?.kind == .badData)
        #expect(error?.cause.contains(cause) == true, "\(error?.description ?? "")")
    }

    @Test func acceptsTheSoundFile() throws {
        let config = try JSONObject.read(Fixtures.path("hostile/config/ok.json"))
        #expect(try config.integer("hidden_size", in: 1...65536) == 192)
        #expect(try config.number("layer_norm_eps", in: 0...1) == 1e-12)
    }

    @Test func boundsWhatASmallFileCanAskFor() {
        let text = "{\"a\":[" + String(repeating: "0,", count: 1_600_000) + "0]}"
        #expect(failure { _ = try parse(text) }?.contains("more than 1500000 values") == true)
        let digits = "{\"a\":" + String(repeating: "9", count: 1_000_000) + "}"
        #expect(failure { _ = try parse(digits) }?.contains("more than 1000 characters") == true)
    }
}

@Suite struct JSONObjectTests {
    @Test func complaintsNameTheKeyAndTheValue() throws {
        let object = try parse(
            #"{"h": 1000000000000000000, "f": 12.5, "n": null, "s": "x", "o": {"k": {"i": 0}}, "l": [1, "2"], "b": 1}"#)
        let expected: [(String?, String)] = [
            (
                failure { _ = try object.integer("h", in: 1...65536) },
                "config.json: h must be a whole number between 1 and 65536, but is 1000000000000000000"
            ),
            (
                failure { _ = try object.integer("f", in: 1...65536) },
                "config.json: f must be a whole number between 1 and 65536, but is 12.5"
            ),
            (
                failure { _ = try object.integer("s", in: 1...Int.max) },
                "config.json: s must be a whole number of at least 1, but is 'x'"
            ),
            (
                failure { _ = try object.integer("n", in: 1...2) },
                "config.json: n is null: it must be a whole number between 1 and 2"
            ),
            (
                failure { _ = try object.integer("absent", in: 1...2) },
                "config.json: absent is missing: it must be a whole number between 1 and 2"
            ),
            (
                failure { _ = try object.number("s", in: 0...1) },
                "config.json: s must be a number between 0.0 and 1.0, but is 'x'"
            ),
            (failure { _ = try object.boolean("b") }, "config.json: b must be true or false, but is 1"),
            (failure { _ = try object.string("o") }, "config.json: o must be a string, but is an object"),
            (failure { _ = try object.numbers("l") }, "config.json: l must be a list of numbers, but holds '2'"),
            (failure { _ = try object.object("l") }, "config.json: l must be an object, but is a list"),
            (
                failure { _ = try object.object("o")?.object("k")?.integer("i", in: 1...2) },
                "config.json: o.k.i must be a whole number between 1 and 2, but is 0"
            ),
            (object.error("h", "does not divide 7").description, "config.json: does not divide 7 (h)"),
        ]
        for (description, text) in expected { #expect(description == text) }
    }

    @Test func defaultsStandInForAbsentAndNull() throws {
        let object = try parse(#"{"n": null, "l": [1, 2.5]}"#)
        for key in ["n", "absent"] {
            #expect(try object.integer(key, in: 1...2, default: 0) == 0)
            #expect(try object.number(key, in: 1...2, default: 0.5) == 0.5)
            #expect(try object.boolean(key, default: true))
            #expect(try object.string(key, default: "x") == "x")
            #expect(try object.object(key)?.keys == nil)
            #expect(try object.numbers(key) == nil)
            #expect(!object.contains(key))
        }
        #expect(try object.numbers("l") == [1, 2.5])
    }

    @Test func listsOfObjectsNameTheirPlaces() throws {
        let object = try parse(#"{"a": [{"i": 1}, {"i": "x"}], "b": [{}, 7], "c": {}, "n": null}"#)
        let objects = try object.objects("a")
        #expect(objects.count == 2)
        #expect(try objects[0].integer("i", in: 0...9) == 1)
        #expect(try object.objects("n").isEmpty)
        #expect(try object.objects("absent").isEmpty)
        let expected = [
            (failure { _ = try objects[1].integer("i", in: 0...9) }, "a[1].i must be a whole number"),
            (failure { _ = try object.objects("b") }, "b[1] must be an object, but is 7"),
            (failure { _ = try object.objects("c") }, "c must be a list of objects, but is an object"),
        ]
        for (description, text) in expected { #expect(try #require(description).contains(text)) }
    }

    @Test(arguments: [0, 1, 16, 17, 1000, 32768, 32769])
    func findsEveryMemberOfAnySize(_ count: Int) throws {
        let members = (0..<count).map { "\"key \($0)\": \($0)" }.joined(separator: ",")
        let object = try parse("{\(members)}")
        for index in stride(from: 0, to: count, by: max(1, count / 50)) {
            #expect(try object.integer("key \(index)", in: 0...count) == index)
        }
        #expect(!object.contains("key"))
    }
}
