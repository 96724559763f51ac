import TesseraFiles
import TesseraVision
import TestSupport
import Testing

@Suite struct VisionSweepTests {
    @Test func everyDamagedVisionModelIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["vit", "deit-distilled", "beit", "dinov2"] {
                let folder = try TemporaryFolder(copying: name)
                try folder.sweep("config.json", changes: 500) { _ = try ImageClassifier(folder: $0) }
            }
            let detector = try TemporaryFolder(copying: "detr")
            for name in ["config.json", "preprocessor_config.json"] {
                try detector.sweep(name, changes: 500) { _ = try ObjectDetector(ModelFolder($0)) }
            }
            let segmenter = try TemporaryFolder(copying: "segformer")
            for name in ["config.json", "preprocessor_config.json"] {
                try segmenter.sweep(name, changes: 500) { _ = try ImageSegmenter(ModelFolder($0)) }
            }
            let folder = try TemporaryFolder(copying: "vit")
            try folder.sweep("preprocessor_config.json", changes: 700) { _ = try ImageClassifier(folder: $0) }
            let settings = try InputFile(folder.file("preprocessor_config.json")).contents(limit: 1 << 16)
            let nested = Array(#"{"image_processor": "#.utf8) + settings + Array("}".utf8)
            try folder.sweep("processor_config.json", nested, changes: 700) { _ = try ImageClassifier(folder: $0) }
        }
    }
}
