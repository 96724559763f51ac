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

    var resize: TargetSize?
    package var filter: ResamplingFilter
    /// What resized sides are cut to a multiple of, where they depend on the picture.
    var sizeMultiple = 1
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
        return pixelValues(prepared: images.map(resizedAndCropped))
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
    public func pixelValues(prepared images: [RGBImage]) -> Tensor {
        precondition(!images.isEmpty, "a batch holds at least one picture")
        let (width, height) = (images[0].width, images[0].height)
        precondition(images.allSatisfy { $0.width == width && $0.height == height }, "pictures of a batch share a size")
        let tables = (0..<3).map(valueTable)
        let plane = width * height
        var result = Tensor(uninitialized: [images.count, 3, height, width])
        result.withMutableValues { target in
            for (index, image) in images.enumerated() {
                image.pixels.withUnsafeBufferPointer { pixels in
                    for channel in 0..<3 {
                        let start = (index * 3 + channel) * plane
                        tables[channel].withUnsafeBufferPointer { table in
                            for pixel in 0..<plane {
                                target[start &+ pixel] = table[Int(pixels[3 &* pixel &+ channel])]
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The picture after resizing and cropping, as `resizedAndCropped(_:)` gives it, when it is not too large.
    ///
    /// - Throws: `FileError` naming the settings when they keep proportions and the result would be too large.
    public func prepared(_ image: RGBImage) throws(FileError) -> RGBImage {
        _ = try outputSize(of: image)
        return resizedAndCropped(image)
    }

    /// The picture after resizing and cropping, before its values change: what the model looks at.
    public func resizedAndCropped(_ image: RGBImage) -> RGBImage {
        let size = resizedSize(of: image)
        guard let crop else {
            return image.resized(
                width: size.width, height: size.height, filter: filter, columns: 0..<size.width, rows: 0..<size.height)
        }
        let columns = CropWindow(from: size.width, to: crop.width)
        let rows = CropWindow(from: size.height, to: crop.height)
        let visible = image.resized(
            width: size.width, height: size.height, filter: filter, columns: columns.visible, rows: rows.visible)
        return visible.padded(left: columns.padding, top: rows.padding, width: crop.width, height: crop.height)
    }

    /// The size of the result for a picture, checked.
    private func outputSize(of image: RGBImage) throws(FileError) -> (width: Int, height: Int) {
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
                let isKept = newShort == short && !(sizeMultiple > 1 && image.width < image.height)
                newLong = isKept ? long : Int(exactShort * Double(long) / Double(short))
            }
            newShort = max(newShort - newShort % sizeMultiple, sizeMultiple)
            newLong = max(newLong - newLong % sizeMultiple, sizeMultiple)
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

/// How one side is cropped around its centre, or padded when it is shorter.
private struct CropWindow {
    /// The part of the side that remains.
    let visible: Range<Int>
    /// How many black pixels come before it.
    let padding: Int

    init(from length: Int, to cropLength: Int) {
        if length >= cropLength {
            let start = (length - cropLength) / 2
            (visible, padding) = (start..<start + cropLength, 0)
        } else {
            (visible, padding) = (0..<length, (cropLength - length + 1) / 2)
        }
    }
}

extension RGBImage {
    /// The picture on a black one of the given size, which is at least as large.
    fileprivate func padded(left: Int, top: Int, width: Int, height: Int) -> RGBImage {
        if width == self.width && height == self.height { return self }
        var result = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<self.height {
            let start = ((top + y) * width + left) * 3
            let row = pixels[y * self.width * 3..<(y + 1) * self.width * 3]
            result.replaceSubrange(start..<start + row.count, with: row)
        }
        return RGBImage(width: width, height: height, pixels: result)
    }
}
