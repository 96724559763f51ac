import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Which family a config.json is of, and what a checkpoint of a family calls its tensors.
@Suite struct FamilyRegistryTests {
    private static let families = FamilyRegistry<any TestFamily.Type>(
        [First.self, Second.self, Third.self], purpose: ("does not count", others: "does")
    ) { $0 }

    private func config(_ text: String) throws -> JSONObject {
        try JSONObject(bytes: Array(text.utf8), path: "config.json")
    }

    @Test func typesAreNamedOnce() {
        #expect(Self.families.modelTypes == ["one", "two"])
    }

    @Test(arguments: [
        (#"{"model_type": "one"}"#, "First"), (#"{"model_type": "one", "architectures": []}"#, "First"),
        (#"{"model_type": "one", "architectures": ["OneModel"]}"#, "First"),
        (#"{"model_type": "two", "architectures": ["Other", "ThirdModel"]}"#, "Third"),
        (#"{"model_type": "two", "architectures": ["SecondModel"]}"#, "Second"),
    ])
    func familiesAreFound(_ text: String, _ name: String) throws {
        #expect("\(try Self.families.family(of: config(text)))" == name)
    }

    @Test(arguments: [
        (#"{}"#, "model_type"),
        (#"{"model_type": "three"}"#, #""three" is not supported; these are: one, two"#),
        (#"{"model_type": "one", "architectures": ["Masked"]}"#, "Masked does not count; OneModel does"),
        (#"{"model_type": "two"}"#, "no class is named; it must be SecondModel or ThirdModel"),
        (#"{"model_type": "two", "architectures": ["A", "B"]}"#, "A, B does not count; SecondModel or ThirdModel does"),
        (#"{"model_type": "one", "auto_map": {}}"#, "auto_map"),
        (#"{"model_type": "one", "quantization_config": {}}"#, "quantization_config"),
    ])
    func othersAreRefused(_ text: String, _ cause: String) throws {
        let config = try config(text)
        let error = #expect(throws: FileError.self) { _ = try Self.families.family(of: config) }
        #expect(error.map { "\($0)".contains(cause) } == true && error?.kind == .badData, "\(error as Any)")
    }

    @Test func anyClassMayStartATraining() throws {
        let masked = try config(#"{"model_type": "one", "architectures": ["Masked"]}"#)
        #expect(try Self.families.family(of: masked, acceptsAnyClass: true) == First.self)
    }

    /// With the class's prefix or without it: the same parameters.
    @Test(arguments: ["one.", ""])
    func namesMayLackThePrefix(_ prefix: String) throws {
        let folder = TemporaryFolder()
        let weight = Tensor(shape: [1, 2], [3, 4])
        try Safetensors.write(
            [(prefix + "dense.weight", weight), (prefix + "unused", weight)], metadata: [],
            to: folder.file("model.safetensors"))
        let network = try First.load(config("{}"), Checkpoint(folder: folder.path), .float32)
        #expect(network(Tensor(shape: [1, 2], [1, 1])).values == [7])
    }
}

private protocol TestFamily: PublishedFamily where Network == Linear {}

extension TestFamily {
    static func network(_ config: JSONObject) throws(FileError) -> Linear {
        Linear(weight: Tensor(shape: [1, 2], repeating: 0), bias: nil)
    }

    static func names(of network: Linear) -> TensorNames {
        TensorNames(rules: [("weight", ["one.dense.weight"])], ignored: ["one.unused"])
    }
}

private enum First: TestFamily {
    static let modelType = "one"
    static let architectures = ["OneModel"]
    static let prefix = "one."
}

private enum Second: TestFamily {
    static let modelType = "two"
    static let architectures = ["SecondModel"]
}

private enum Third: TestFamily {
    static let modelType = "two"
    static let architectures = ["ThirdModel"]
}
