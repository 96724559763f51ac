import TesseraFiles
import TesseraImage
import TesseraTensor
import TestSupport
import Testing

@Suite struct ImageProcessorTests {
    /// Every picture of the fixture; one without its reference fails.
    static let pictures = folderContents(Fixtures.path("image-processing")).filter {
        $0.hasSuffix(".png") || $0.hasSuffix(".jpg")
    }
    static let settings = [
        "vit": """
        {"image_processor_type": "ViTImageProcessor", "size": {"height": 32, "width": 32}, "resample": 2}
        """,
        "deit": """
        {"feature_extractor_type": "DeiTFeatureExtractor", "size": 36, "crop_size": 32, "resample": 3,
         "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
        """,
        "dinov2": """
        {"image_processor_type": "BitImageProcessorFast", "size": {"shortest_edge": 64},
         "crop_size": {"height": 56, "width": 56},
         "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
        """,
    ]

    @Test func thereArePicturesOfBothKinds() {
        #expect(Self.pictures.contains { $0.hasSuffix(".png") } && Self.pictures.contains { $0.hasSuffix(".jpg") })
    }

    @Test("Pictures decode and process as Pillow's", arguments: pictures)
    func reference(name: String) throws {
        let reference = try Safetensors(Fixtures.path("image-processing/reference.safetensors"))
        let image = try RGBImage.read(Fixtures.path("image-processing/\(name)")).image
        let isJPEG = name.hasSuffix(".jpg")
        let difference = try #require(largestDifference(image, reference.readTensor(name + ".rgb")))
        #expect(difference <= (isJPEG ? 1 : 0))
        for (family, settings) in Self.settings {
            let processor = try ImageProcessor(JSONObject(bytes: Array(settings.utf8), path: "a"), standardClass: .vit)
            let values = try processor.pixelValues([image])
            let expected = try reference.readTensor("\(name).\(family)")
            #expect(values.shape == [1] + expected.shape)
            let largest = try #require(zip(values.values, expected.values).map { abs($0 - $1) }.max())
            // A JPEG's pixels may be a step off, a step being up to 1 / 255 / 0.224; a PNG's are not.
            #expect(largest <= (isJPEG ? 0.02 : 1e-6), "\(family)")
        }
    }

    static let cases = [
        "vit-number.rgb0", "vit-pair.rgb0", "vit-lanczos.rgb3", "vit-shortest.rgb0", "vit-longest.rgb3",
        "vit-within-longest.rgb0", "vit-pad.rgb2", "vit-pad-odd.rgb2", "vit-no-rescale.rgb2", "vit-no-normalize.rgb2",
        "vit-number-mean.rgb2", "vit-hamming.rgb3", "deit-odd-crop.rgb0", "deit-no-crop.rgb3", "beit-defaults.rgb2",
        "beit-crop.rgb2", "bit-number.rgb3", "bit-tall.rgb1", "bit-exact.rgb0",
    ]

    @Test("Settings mean what they mean to transformers, within 1e-6", arguments: cases)
    func transformers(name: String) throws {
        let words = name.split(separator: ".")
        let settings = try JSONObject.read(Fixtures.ownPath("image-processors/\(name).json"))
        let image = try RGBImage.read(Fixtures.ownPath("image-processing/\(words[1]).png")).image
        let values = try ImageProcessor(settings, standardClass: .vit).pixelValues([image])
        let expected = try Safetensors(Fixtures.ownPath("image-processors/reference.safetensors"))
            .readTensor(String(words[0]))
        #expect(values.shape == expected.shape)
        let scale = max(1, expected.values.map(abs).max() ?? 1)
        #expect(zip(values.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-6 * scale })
    }

    @Test(
        "What cannot be honoured is refused by name",
        arguments: [
            (#"{"size": 0}"#, "size"), (#"{"size": 1000000000}"#, "size"), (#"{"size": "big"}"#, "size"),
            (#"{"size": [1, 2, 3]}"#, "size"), (#"{"size": [1e300, 2]}"#, "size"),
            (#"{"size": {"height": 224}}"#, "size.width"), (#"{"size": {"height": -1, "width": 2}}"#, "size.height"),
            (#"{"size": {"height": 16384, "width": 16384}}"#, "size"),
            (#"{"size": {"longest_edge": 5}}"#, "size.longest_edge"),
            (#"{"size": {"shortest_edge": 5, "max_height": 3}}"#, "size.max_height"),
            (#"{"resample": 6}"#, "resample"), (#"{"resample": 2.5}"#, "resample"), (#"{"do_resize": 1}"#, "do_resize"),
            (#"{"do_center_crop": true}"#, "do_center_crop"),
            (#"{"do_center_crop": true, "crop_size": 0}"#, "crop_size"),
            (#"{"do_center_crop": true, "crop_size": {"shortest_edge": 4}}"#, "crop_size.shortest_edge"),
            (#"{"rescale_factor": 0}"#, "rescale_factor"), (#"{"image_mean": [0.5]}"#, "image_mean"),
            (#"{"image_mean": [0.5, "a", 1]}"#, "image_mean"), (#"{"image_std": [0.5, 0, 0.5]}"#, "image_std"),
            (#"{"image_std": 0}"#, "image_std"), (#"{"do_pad": true}"#, "do_pad"), (#"{"crop_pct": 0.9}"#, "crop_pct"),
            (#"{"image_processor_type": "SamImageProcessor"}"#, "image_processor_type"),
            (#"{"feature_extractor_type": "../x"}"#, "feature_extractor_type"), (#"{"auto_map": {}}"#, "auto_map"),
        ])
    func refuses(settings: String, key: String) throws {
        let error = try #require(throws: FileError.self) {
            try ImageProcessor(JSONObject(bytes: Array(settings.utf8), path: "p.json"), standardClass: .vit)
        }
        #expect(error.kind == .badData)
        #expect(error.description.hasPrefix("p.json: ") && error.description.contains(key), "\(error)")
    }

    @Test("Settings that change nothing here are accepted")
    func ignored() throws {
        let settings = #"{"do_pad": false, "do_reduce_labels": true, "do_convert_rgb": null, "processor_class": "X"}"#
        let processor = try ImageProcessor(JSONObject(bytes: Array(settings.utf8), path: "p"), standardClass: .beit)
        #expect(try #require(processor.fixedSize) == (224, 224))
    }

    @Test(
        "Without a file the values of the family's published checkpoints hold, at the model's size",
        arguments: [
            (ImageProcessorClass.vit, 32), (.beit, 32), (.deit, 32), (.bit, 224),
        ])
    func standard(kind: ImageProcessorClass, side: Int) throws {
        let processor = ImageProcessor.standard(kind, imageSize: 32)
        let image = RGBImage(width: 2, height: 3, pixels: [UInt8](repeating: 255, count: 18))
        let values = try processor.pixelValues([image, image])
        #expect(values.shape == [2, 3, side, side])
        // White, by ImageNet's mean and deviation of blue, or by halves.
        let white: Float = kind == .deit || kind == .bit ? (1 - 0.406) / 0.225 : 1
        #expect(abs(values[1, 2, 0, 0] - white) < 1e-5)
    }

    @Test("DINOv2 is published with a shorter side of 256, and the middle 224 of it")
    func dinov2() throws {
        let summary = ImageProcessor.standard(.bit, imageSize: 518).summary
        #expect(
            summary.hasPrefix("the shorter side resized to 256, bicubic, the middle 224 x 224, mean 0.485 0.456 0.406"))
        let said =
            #"{"size": {"shortest_edge": 256}, "image_mean": [0.485, 0.456, 0.406], "#
            + #""image_std": [0.229, 0.224, 0.225], "resample": 3, "crop_size": {"height": 224, "width": 224}}"#
        let file = try ImageProcessor(JSONObject(bytes: Array(said.utf8), path: "p"), standardClass: .bit)
        var pixels: [UInt8] = []
        for index in 0..<3 * 40 * 30 { pixels.append(UInt8(index * 37 % 256)) }
        let picture = RGBImage(width: 40, height: 30, pixels: pixels)
        let (expected, values) = (
            try file.pixelValues([picture]), try ImageProcessor.standard(.bit, imageSize: 518).pixelValues([picture])
        )
        #expect(values.values == expected.values)
    }

    @Test("Pictures of one batch must agree in size, and none may become too large")
    func proportions() throws {
        let settings = #"{"size": {"shortest_edge": 64}}"#
        let processor = try ImageProcessor(JSONObject(bytes: Array(settings.utf8), path: "p"), standardClass: .vit)
        #expect(processor.fixedSize == nil)
        func picture(_ width: Int, _ height: Int) -> RGBImage {
            RGBImage(width: width, height: height, pixels: [UInt8](repeating: 7, count: width * height * 3))
        }
        #expect(try processor.pixelValues([picture(8, 16)]).shape == [1, 3, 128, 64])
        #expect(throws: FileError.self) { try processor.pixelValues([picture(8, 16), picture(16, 8)]) }
        #expect(throws: FileError.self) { try processor.pixelValues([picture(16384, 1)]) }
    }

    @Test("A crop of a very long picture does not enlarge all of it")
    func longPicture() throws {
        let image = RGBImage(width: 16384, height: 1, pixels: [UInt8](repeating: 9, count: 16384 * 3))
        let processor = ImageProcessor.standard(.bit, imageSize: 518)
        #expect(try processor.pixelValues([image]).shape == [1, 3, 224, 224])
    }
}
