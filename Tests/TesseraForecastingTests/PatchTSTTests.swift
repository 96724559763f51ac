import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraTensor
import TestSupport
import Testing

/// The reference values of a fixture, each column of each window a row.
struct PatchTSTReference {
    let contexts, prediction: Tensor
    let location, scale: Tensor

    init(_ fixture: String) throws {
        // Missing values are NaN.
        let file = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"), allowNonFinite: true)
        (contexts, prediction) = (try file.readColumns("past_values"), try file.readColumns("prediction"))
        (location, scale) = (try file.readColumns("loc"), try file.readColumns("scale"))
    }

    /// The folders of the fixtures that hold a PatchTST, and in `reference` what is known of it.
    static func fixtures(with reference: String) -> [String] {
        Fixtures.folders(with: "config.json", "model.safetensors", "reference.safetensors", reference).filter { name in
            let config = try? JSONObject.read(Fixtures.path(name + "/config.json"))
            return (try? config?.string("model_type")) == "patchtst"
        }
    }
}

extension Safetensors {
    /// The columns of `[batch, time, columns]` as rows, `[batch * columns, time]`.
    func readColumns(_ name: String) throws -> Tensor {
        let tensor = try readTensor(name)
        let (batch, time, columns) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
        let rows = (0..<batch).map { tensor.rows($0..<$0 + 1).reshaped([time, columns]).transposed().values }
        return Tensor(shape: [batch * columns, time], rows.flatMap(\.self))
    }
}

/// PatchTST against what transformers computes from the same checkpoints.
@Suite struct PatchTSTTests {
    static let fixtures = PatchTSTReference.fixtures(with: "reference.safetensors")

    @Test func thereAreFixtures() { #expect(Self.fixtures.count >= 1) }

    /// Float32 differs from the reference by the order of its sums; bfloat16 by its rounding, which counts beside the units of
    /// the windows' scales: their locations are the same.
    @Test(arguments: fixtures, [(Precision.float32, Float(1e-4)), (.bfloat16, 5e-2), (.int8, 5e-2)])
    func forecastsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let model = try PatchTST(folder: Fixtures.path(fixture), precision: test.precision)
        let reference = try PatchTSTReference(fixture)
        #expect(relativeError(model(reference.contexts), reference.prediction) <= test.tolerance)
    }

    @Test(arguments: fixtures)
    func scalesEqualTheReference(fixture: String) throws {
        let configuration = try PatchTST(folder: Fixtures.path(fixture), precision: .float32).configuration
        let reference = try PatchTSTReference(fixture)
        let scales = ScaledPatches(reference.contexts.rowsOfDoubles, configuration).scales
        let shape = reference.scale.shape
        let found = (
            location: Tensor(shape: shape, scales.map { Float($0.location) }),
            scale: Tensor(shape: shape, scales.map { Float($0.scale) })
        )
        #expect(relativeError(found.scale, reference.scale) <= 1e-5)
        #expect(relativeError(found.location, reference.location) <= 1e-5)
    }

    /// What is forecast of a window does not depend on what else is.
    @Test(arguments: fixtures)
    func windowsDoNotTouchEachOther(fixture: String) throws {
        let model = try PatchTST(folder: Fixtures.path(fixture), precision: .float32)
        let contexts = try PatchTSTReference(fixture).contexts
        let together = model(contexts)
        for row in 0..<contexts.shape[0] {
            #expect(relativeError(model(contexts.rows(row..<row + 1)), together.rows(row..<row + 1)) <= 1e-5)
        }
    }

    /// A model that continues a window by two steps, each the last one plus 1 and plus 2.
    @Test(arguments: [1, 2, 3, 5])
    func longHorizonsAreRolledForward(horizon: Int) {
        let contexts = [[1.0, 2, 3][...], [10, 20, 30][...]]
        var lengths: Set<Int> = []
        let forecasts = rolledForward(contexts, by: horizon, contextLength: contexts[0].count) { windows in
            lengths.formUnion(windows.map(\.count))
            return windows.map { window in [1, 2].map { window[window.endIndex - 1] + $0 } }
        }
        let expected: [[Double]] = [[4, 5, 6, 7, 8], [31, 32, 33, 34, 35]]
        #expect(forecasts == expected.map { Array($0.prefix(horizon)) })
        #expect(lengths == [3])
    }
}

/// What config.json may ask for that is not supported, or makes no sense.
@Suite struct PatchTSTRefusalTests {
    static let settings: [(key: String, value: String)] = [
        ("channel_attention", "true"), ("share_embedding", "false"), ("share_projection", "false"), ("loss", "\"nll\""),
        ("loss", "null"), ("norm_type", "\"groupnorm\""), ("positional_encoding_type", "\"rotary\""),
        ("scaling", "\"median\""), ("pooling_type", "\"last\""), ("num_attention_heads", "5"), ("context_length", "8"),
        ("activation_function", "\"softplus\""), ("d_model", "0"), ("num_hidden_layers", "100000"),
        ("prediction_length", "-1"), ("patch_stride", "0"), ("scaling_dim", "2"), ("model_type", "\"autoformer\""),
        ("quantization_config", "{}"), ("norm_type", "\"batchnorm\""), ("minimum_scale", "-1"), ("bias", "1"),
        ("patch_stride", "1, \"patch_length\": 60000, \"context_length\": 1000000"),
    ]

    @Test(arguments: settings)
    func settingsAreRefusedByName(_ setting: (key: String, value: String)) throws {
        // The setting stands before those that work, and takes the place of the one it names.
        let working = [
            ("model_type", "\"patchtst\""), ("norm_type", "\"layernorm\""), ("context_length", "40"),
            ("patch_length", "8"), ("pooling_type", "null"),
        ]
        func config(_ settings: [(key: String, value: String)]) throws -> JSONObject {
            let members = settings.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
            return try JSONObject(bytes: Array("{\(members)}".utf8), path: "config.json")
        }
        let _: Trainable<PatchTST> = try ForecasterFolder(new: config(working.map { (key: $0.0, value: $0.1) }))
            .initialModel(
                seed: 0)
        let config = try config(
            [setting]
                + working.filter { !setting.value.contains($0.0) && setting.key != $0.0 }.map {
                    (key: $0.0, value: $0.1)
                })
        let error = #expect(throws: FileError.self) {
            let _: Trainable<PatchTST> = try ForecasterFolder(new: config).initialModel(seed: 0)
        }
        #expect("\(try #require(error))".contains(setting.key), "\(String(describing: error))")
    }
}

extension PatchTST {
    init(folder: String, precision: Precision) throws(FileError) {
        try self.init(JSONObject.read(folder + "/config.json"), Checkpoint(folder: folder), precision)
    }
}
