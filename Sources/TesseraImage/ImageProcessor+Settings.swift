public import TesseraFiles

extension ImageProcessor {
    /// The settings in a preprocessor_config.json. One left out takes the default of the class that the file names, or
    /// of `standardClass`, the model family's own, when it names none.
    ///
    /// - Throws: `FileError` naming the key when a value is out of range, of the wrong type, or asks for something that
    ///   is not done here.
    public init(_ settings: JSONObject, standardClass: ImageProcessorClass) throws(FileError) {
        let kind = try Self.namedClass(settings) ?? standardClass
        try Self.refuseUnsupported(settings, kind)
        self.init(defaultsOf: kind, path: settings.path)
        resize = nil
        crop = nil
        if try settings.boolean("do_resize", default: true) {
            resize = try Self.targetSize(settings, kind) ?? kind.size
        }
        let resample = try settings.integer("resample", in: 0...5, default: kind.filter.rawValue)
        filter = ResamplingFilter(rawValue: resample) ?? kind.filter
        guard kind.roundsToBytes || filter == .bilinear || filter == .bicubic else {
            throw settings.error("resample", "\(kind.rawValue) resizes bilinearly or bicubically, not with \(filter)")
        }
        if try settings.boolean("do_center_crop", default: kind.cropsCentre) {
            guard let size = try Self.exactSize(settings, "crop_size") ?? kind.cropSize else {
                throw settings.error("do_center_crop", "the centre crop has no crop_size")
            }
            crop = size
        }
        let rescales = try settings.boolean("do_rescale", default: true)
        rescaleFactor = try settings.number("rescale_factor", in: 1e-12...1e12, default: rescaleFactor)
        if !rescales { rescaleFactor = 1 }
        let normalises = try settings.boolean("do_normalize", default: true)
        mean = try Self.channelValues(settings, "image_mean", in: -1e6...1e6, default: mean)
        standardDeviation = try Self.channelValues(settings, "image_std", in: 1e-6...1e6, default: standardDeviation)
        if !normalises { (mean, standardDeviation) = ([0, 0, 0], [1, 1, 1]) }
    }

    /// The processor of a checkpoint without a preprocessor_config.json: the settings of the family's published checkpoints
    /// (google/vit-base-patch16-224, facebook/deit-base-patch16-224, microsoft/beit-base-patch16-224, facebook/dinov2-base), which
    /// differ from the defaults of its class, for pictures of the size that the model takes.
    ///
    /// - Parameter imageSize: The side of the model's pictures, in pixels. DINOv2 takes any size, and is published with 224.
    public static func standard(_ kind: ImageProcessorClass, imageSize: Int) -> ImageProcessor {
        precondition(imageSize > 0, "a picture has pixels")
        var processor = ImageProcessor(defaultsOf: kind, path: "preprocessor_config.json")
        switch kind {
        case .vit, .beit:
            processor.resize = .exact(width: imageSize, height: imageSize)
            processor.filter = .bilinear
        case .deit:
            // The class resizes to 256 and crops 224: the same margin at other sizes.
            processor.resize = .exact(width: imageSize * 8 / 7, height: imageSize * 8 / 7)
            processor.crop = (imageSize, imageSize)
        case .bit: processor.resize = .shortestEdge(256, longestEdge: nil)
        case .clip:
            processor.resize = .shortestEdge(imageSize, longestEdge: nil)
            processor.crop = (imageSize, imageSize)
        case .dinov3, .siglip, .owlvit, .segformer:
            processor.resize = .exact(width: imageSize, height: imageSize)
        case .yolos, .detr: break
        }
        if kind == .deit || kind == .bit {
            (processor.mean, processor.standardDeviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        }
        return processor
    }

    /// The settings in a few words: `resized to 224 x 224, bilinear, mean 0.5 0.5 0.5, deviation 0.5 0.5 0.5`.
    package var summary: String {
        let size: String? =
            switch resize {
            case .exact(let width, let height): "resized to \(width) x \(height), \(filter)"
            case .shortestEdge(let side, _): "the shorter side resized to \(side), \(filter)"
            case nil: nil
            }
        let middle = crop.map { "the middle \($0.width) x \($0.height)" }
        func text(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
        let scale = "mean \(text(mean)), deviation \(text(standardDeviation))"
        return [size, middle, scale].compactMap(\.self).joined(separator: ", ")
    }

    /// Writes a preprocessor_config.json that says every setting.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(to path: String) throws(FileError) {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.write(writtenClass.rawValue, for: "image_processor_type")
            json.write(resize != nil, for: "do_resize")
            switch resize {
            case .exact(let width, let height): writeSize(width, height, "size", &json)
            case .shortestEdge(let side, let longest):
                json.object("size") { json in
                    json.write(side, for: "shortest_edge")
                    if let longest { json.write(longest, for: "longest_edge") }
                }
            case nil: break
            }
            json.write(filter.rawValue, for: "resample")
            json.write(crop != nil, for: "do_center_crop")
            if let crop { writeSize(crop.width, crop.height, "crop_size", &json) }
            json.write(true, for: "do_rescale")
            json.write(rescaleFactor, for: "rescale_factor")
            json.write(true, for: "do_normalize")
            json.array("image_mean") { json in for value in mean { json.write(value) } }
            json.array("image_std") { json in for value in standardDeviation { json.write(value) } }
        }
        try writeAtomically(to: path, try json.finish(path: path))
    }

    /// The class that is written: its own, or, of those that do the same, the one with these settings.
    private var writtenClass: ImageProcessorClass {
        if !kind.roundsToBytes || kind.padsBatches { return kind }
        if case .shortestEdge = resize { return .bit }
        return crop == nil ? .vit : .deit
    }

    private func writeSize(_ width: Int, _ height: Int, _ name: String, _ json: inout JSONWriter) {
        json.object(name) { json in
            json.write(height, for: "height")
            json.write(width, for: "width")
        }
    }

    private init(defaultsOf kind: ImageProcessorClass, path: String) {
        self.kind = kind
        resize = kind.size
        filter = kind.filter
        crop = kind.cropsCentre ? kind.cropSize : nil
        rescaleFactor = 1.0 / 255
        mean = kind.mean
        standardDeviation = kind.standardDeviation
        self.path = path
    }

    /// The class that the file names; nil where it names none.
    private static func namedClass(_ settings: JSONObject) throws(FileError) -> ImageProcessorClass? {
        for key in ["image_processor_type", "feature_extractor_type"] where settings.contains(key) {
            let name = try settings.string(key)
            if let kind = ImageProcessorClass(name: name) { return kind }
            throw settings.error(key, "the image processor \(name.quoted) is not supported; \(supported) are")
        }
        return nil
    }

    private static var supported: String {
        ImageProcessorClass.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// Steps of other processors that would change the result. Labels are not read, so `do_reduce_labels` is not one.
    private static func refuseUnsupported(
        _ settings: JSONObject, _ kind: ImageProcessorClass
    ) throws(FileError) {
        let known =
            ["do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb", "do_reduce_labels"]
            + (kind.padsBatches ? ["do_pad", "do_convert_annotations"] : [])
        for key in settings.keys where key.hasPrefix("do_") && !known.contains(key) {
            guard case .boolean(true)? = settings.value(key) else { continue }
            throw settings.error(key, "it asks for a step that is not supported")
        }
        for key in ["pad_size", "crop_pct", "size_divisor", "auto_map"] where settings.contains(key) {
            throw settings.error(key, "it asks for a step that is not supported")
        }
    }
}
