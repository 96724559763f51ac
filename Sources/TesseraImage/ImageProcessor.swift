public import TesseraFiles
public import TesseraTensor

/// Turns pictures into the numbers a model expects: resize, centre crop, rescale, normalise, each as
/// preprocessor_config.json asks.
///
/// The steps are those of the Pillow-based processors of the transformers library, with the same rounding: pixels are
/// 8 bits until they are rescaled.
///
/// ```swift
/// let settings = try JSONObject.read("vit/preprocessor_config.json")
/// let processor = try ImageProcessor(settings, standardClass: .vit)
/// let pixels = try processor.pixelValues([RGBImage.read("cat.png").image])   // [1, 3, 224, 224]
/// ```
public struct ImageProcessor: Sendable {
    /// What `size` asks for.
    enum TargetSize: Sendable, Equatable {
        /// Exactly this, whatever the picture's proportions.
        case exact(width: Int, height: Int)
        /// The shorter side gets this length, unless the longer one would exceed its limit; proportions are kept.
        case shortestEdge(Int, longestEdge: Int?)
    }

    /// The class whose steps these are.
    let kind: ImageProcessorClass
    var resize: TargetSize?
    package var filter: ResamplingFilter
    var crop: (width: Int, height: Int)?
    /// What pixel values are multiplied by; 1 when they are not rescaled.
    var rescaleFactor: Double
    /// Of each channel, after rescaling; 0 when not normalised.
    var mean: [Double]
    /// Of each channel, after rescaling; 1 when not normalised.
    var standardDeviation: [Double]
    /// The file of the settings, for errors.
    var path: String

    /// The width and height of every result, in pixels; nil when they depend on the picture.
    public var fixedSize: (width: Int, height: Int)? {
        if let crop { return crop }
        if case .exact(let width, let height) = resize { return (width, height) }
        return nil
    }

    /// Processes a batch.
    ///
    /// - Parameter images: At least one picture.
    /// - Returns: `[batch, channels, height, width]`, channels in the order red, green, blue.
    /// - Throws: `FileError` naming the settings when they keep proportions without a crop, and a picture would become
    ///   too large, or pictures of one batch would differ in size. With a `fixedSize` nothing is thrown.
    public func pixelValues(_ images: [RGBImage]) throws(FileError) -> Tensor {
        _ = try outputSize(of: images)
        return pixelValues(prepared: images.map(prepared(unchecked:)))
    }

    /// The one size that all pictures of a batch become.
    ///
    /// - Parameter images: at least one picture.
    /// - Throws: as `pixelValues`.
    package func outputSize(of images: [RGBImage]) throws(FileError) -> (width: Int, height: Int) {
        precondition(!images.isEmpty, "a batch holds at least one picture")
        let size = try outputSize(of: images[0])
        for image in images.dropFirst() {
            let other = try outputSize(of: image)
            guard other == size else {
                let sizes = "\(size.width)x\(size.height) and \(other.width)x\(other.height)"
                throw settingError("size", "makes pictures of \(sizes), which cannot share a batch")
            }
        }
        return size
    }

    /// Processes a batch of pictures that `prepared(_:)` gave, all of one size.
    ///
    /// - Returns: `[batch, channels, height, width]`, channels in the order red, green, blue.
    public func pixelValues(prepared pictures: [PreparedPicture]) -> Tensor {
        precondition(!pictures.isEmpty, "a batch holds at least one picture")
        let (width, height) = (pictures[0].image.width, pictures[0].image.height)
        precondition(
            pictures.allSatisfy { $0.image.width == width && $0.image.height == height },
            "pictures of a batch share a size")
        let tables = (0..<3).map(valueTable)
        var result = Tensor(uninitialized: [pictures.count, 3, height, width])
        result.withMutableValues { target in
            for (index, picture) in pictures.enumerated() {
                for channel in 0..<3 {
                    let plane = UnsafeMutableBufferPointer(
                        rebasing: target[
                            (index * 3 + channel) * width * height..<(index * 3 + channel + 1) * width * height])
                    if let unrounded = picture.unrounded {
                        write(unrounded, channel, to: plane)
                    } else {
                        write(picture.image.pixels, channel, tables[channel], to: plane)
                    }
                }
            }
        }
        return result
    }

    private func write(
        _ pixels: [UInt8], _ channel: Int, _ table: [Float], to target: UnsafeMutableBufferPointer<Float>
    ) {
        pixels.withUnsafeBufferPointer { pixels in
            table.withUnsafeBufferPointer { table in
                for pixel in target.indices { target[pixel] = table[Int(pixels[3 &* pixel &+ channel])] }
            }
        }
    }

    private func write(_ values: [Float], _ channel: Int, to target: UnsafeMutableBufferPointer<Float>) {
        let (factor, mean, deviation) = (Float(rescaleFactor), Float(mean[channel]), Float(standardDeviation[channel]))
        values.withUnsafeBufferPointer { values in
            for pixel in target.indices { target[pixel] = (values[3 &* pixel &+ channel] * factor - mean) / deviation }
        }
    }

    /// The size of the result for a picture, checked.
    func outputSize(of image: RGBImage) throws(FileError) -> (width: Int, height: Int) {
        if let fixedSize { return fixedSize }
        let size = resizedSize(of: image)
        guard RGBImage.admits(width: size.width, height: size.height) else {
            let change = "from \(image.width)x\(image.height) to \(size.width)x\(size.height)"
            throw settingError("size", "would enlarge a picture \(change) pixels")
        }
        return size
    }

    /// The size before cropping.
    func resizedSize(of image: RGBImage) -> (width: Int, height: Int) {
        switch resize {
        case nil: return (image.width, image.height)
        case .exact(let width, let height): return (width, height)
        case .shortestEdge(let edge, let limit):
            let (short, long) = (min(image.width, image.height), max(image.width, image.height))
            var newShort = edge
            var newLong = Int(Double(edge * long) / Double(short))
            if let limit, Double(long) / Double(short) * Double(edge) > Double(limit) {
                let exactShort = Double(limit * short) / Double(long)
                newShort = Int(exactShort.rounded(.toNearestOrEven))
                let isKept = newShort == short && !(kind.sizeMultiple > 1 && image.width < image.height)
                newLong = isKept ? long : Int(exactShort * Double(long) / Double(short))
            }
            newShort = max(newShort - newShort % kind.sizeMultiple, kind.sizeMultiple)
            newLong = max(newLong - newLong % kind.sizeMultiple, kind.sizeMultiple)
            return image.width <= image.height ? (newShort, newLong) : (newLong, newShort)
        }
    }

    /// The result for each of the 256 values of a channel, computed as the reference does: rescaled in double
    /// precision, then normalised in single.
    private func valueTable(channel: Int) -> [Float] {
        (0..<256).map { (Float(Double($0) * rescaleFactor) - Float(mean[channel])) / Float(standardDeviation[channel]) }
    }

    private func settingError(_ key: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: key)
    }
}
