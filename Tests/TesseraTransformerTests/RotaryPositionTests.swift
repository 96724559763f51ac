import TesseraFiles
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

@Suite struct RotaryPositionTests {
    private static func cases() throws -> [JSONObject] {
        try JSONObject.read(Fixtures.ownPath("rotary.json")).objects("cases")
    }

    private static func positions(_ config: JSONObject) throws -> RotaryPositions {
        try config.rotaryPositions(
            headSize: try config.integer("head_dim", in: 2...1024),
            contextLength: try config.integer("max_position_embeddings", in: 1...1 << 20))
    }

    /// Frequencies are single-precision powers, of which two libraries may round the last bit in two ways; YaRN's are sums of two.
    @Test func frequenciesAreTheReferences() throws {
        let cases = try Self.cases()
        #expect(cases.count >= 10)
        for (number, test) in cases.enumerated() {
            let config = try #require(try test.object("config"))
            let found = try Self.positions(config)
            let expected = try #require(try test.numbers("frequencies"))
            #expect(found.frequencies.count == expected.count)
            for (a, b) in zip(found.frequencies, expected) {
                #expect(abs(Double(a) - b) <= 5e-7 * b, "case \(number)")
            }
            #expect(abs(Double(found.scale) - (try test.number("scale", in: 0...10))) <= 1e-6, "case \(number)")
        }
    }

    @Test(arguments: [
        (#"{"rope_scaling": {"type": "longrope", "factor": 2}}"#, "rope_scaling.type"),
        (#"{"rope_parameters": {"rope_type": "proportional"}}"#, "rope_parameters.rope_type"),
        (#"{"rope_parameters": {"rope_theta": 1e4, "partial_rotary_factor": 0.5}}"#, "partial_rotary_factor"),
        (#"{"partial_rotary_factor": 0.5}"#, "partial_rotary_factor"),
        (#"{"rope_scaling": {"rope_type": "linear"}}"#, "rope_scaling.factor"),
        (#"{"rope_scaling": {"rope_type": "llama3", "factor": 2}}"#, "rope_scaling.low_freq_factor"),
        (#"{"rope_theta": "x"}"#, "rope_theta"),
    ])
    func whatIsNotSupportedIsNamed(_ json: String, key: String) throws {
        let config = try JSONObject(bytes: Array(json.utf8), path: "config.json")
        let error = #expect(throws: FileError.self) { try config.rotaryPositions(headSize: 8, contextLength: 64) }
        #expect("\(error!)".contains(key))
    }

    @Test func oddHeadsAreRefused() throws {
        let config = try JSONObject(bytes: Array("{}".utf8), path: "config.json")
        #expect(throws: FileError.self) { try config.rotaryPositions(headSize: 7, contextLength: 64) }
    }

    /// Queries and keys that were turned have products that depend on their distance alone, and turning back undoes it.
    @Test func productsDependOnDistances() {
        var random = SplitMix(state: 3)
        func vector() -> Tensor {
            Tensor(shape: [1, 40], (0..<40).map { _ in Float(random.next() >> 40) / Float(1 << 23) - 1 })
        }
        let (query, key) = (vector(), vector())
        let frequencies = RotaryPositions(size: 16).frequencies
        func turned(_ x: Tensor, _ position: Int, back: Bool = false) -> Tensor {
            let rotation = Rotation(angles: Tensor(shape: [1, 8], frequencies.map { Float(position) * $0 }))
            var x = x
            (back ? rotation.transposed : rotation).turn(&x, headSize: 20)
            return x
        }
        func product(_ a: Tensor, _ b: Tensor) -> Float { zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 } }
        let near = product(turned(query, 5), turned(key, 2))
        #expect(abs(near - product(turned(query, 105), turned(key, 102))) <= 1e-4)
        #expect(abs(near - product(turned(query, 5), turned(key, 3))) > 1e-2)
        let back = turned(turned(query, 7), 7, back: true)
        #expect(relativeError(back, query) <= 1e-6)
        // What lies behind the pairs of a head stays.
        let moved = turned(query, 7).values
        #expect(Array(moved[16..<20]) == Array(query.values[16..<20]))
        #expect(Array(moved[36..<40]) == Array(query.values[36..<40]))
    }
}
