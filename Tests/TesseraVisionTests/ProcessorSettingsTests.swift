import TesseraFiles
import TesseraImage
import TesseraVision
import TestSupport
import Testing

/// The settings of an image processor, in the file of its own and inside processor_config.json, as transformers 5 reads both.
@Suite struct ProcessorSettingsTests {
    private static let name = "preprocessor_config.json"
    private static let picture = RGBImage(width: 50, height: 40, pixels: (0..<6000).map { UInt8($0 * 37 % 251) })

    @Test(arguments: ["vit", "deit-distilled", "dinov2", "beit"])
    func settingsMayStandInTheProcessors(fixture: String) throws {
        let folder = TemporaryFolder()
        for name in ["config.json", "model.safetensors"] {
            folder.write(name, try InputFile(Fixtures.ownPath("\(fixture)/\(name)")).contents(limit: 1 << 26))
        }
        let settings = text(Fixtures.ownPath("\(fixture)/\(Self.name)"))
        let expected = try ImageClassifier(folder: Fixtures.ownPath(fixture)).processor.pixelValues([Self.picture])
        func pixels() throws -> Bool {
            try ImageClassifier(folder: folder.path).processor.pixelValues([Self.picture]) == expected
        }
        folder.write("processor_config.json", "{\"image_processor\": \(settings), \"processor_class\": \"Some\"}")
        #expect(try pixels())
        // Where both are there, transformers takes the nested ones.
        folder.write(Self.name, #"{"image_processor_type": "Other"}"#)
        #expect(try pixels())
        folder.write("processor_config.json", "{\"processor_class\": \"Some\", \"feature_extractor\": {}}")
        #expect(throws: FileError.self) { try pixels() }
        folder.write(Self.name, settings)
        #expect(try pixels())
    }
}
