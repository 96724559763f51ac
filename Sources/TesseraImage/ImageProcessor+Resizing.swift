public import TesseraFiles

extension ImageProcessor {
    /// The picture after resizing and cropping, when it is not too large.
    ///
    /// - Throws: `FileError` naming the settings when they keep proportions and the result would be too large.
    public func prepared(_ image: RGBImage) throws(FileError) -> PreparedPicture {
        _ = try outputSize(of: image)
        return prepared(unchecked: image)
    }

    /// The picture after resizing and cropping, whatever its size.
    package func prepared(unchecked image: RGBImage) -> PreparedPicture {
        guard !kind.roundsToBytes else { return PreparedPicture(resizedAndCropped(image)) }
        let (size, crop, columns, rows) = windows(of: image)
        let visible = image.resizedUnrounded(
            width: size.width, height: size.height, filter: filter, columns: columns.visible, rows: rows.visible)
        let pixels = padded(visible, width: columns.visible.count, left: columns.padding, top: rows.padding, to: crop)
        return PreparedPicture(unrounded: pixels, width: crop.width, height: crop.height)
    }

    /// The picture after resizing and cropping, in 8 bits, before its values change: what the model looks at.
    public func resizedAndCropped(_ image: RGBImage) -> RGBImage {
        let (size, crop, columns, rows) = windows(of: image)
        let visible = image.resized(
            width: size.width, height: size.height, filter: filter, columns: columns.visible, rows: rows.visible)
        let pixels = padded(visible.pixels, width: visible.width, left: columns.padding, top: rows.padding, to: crop)
        return RGBImage(width: crop.width, height: crop.height, pixels: pixels)
    }

    private typealias Size = (width: Int, height: Int)

    /// To which size a picture is resized, to which it is cropped, and what remains of its sides.
    private func windows(of image: RGBImage) -> (size: Size, crop: Size, columns: CropWindow, rows: CropWindow) {
        let size = resizedSize(of: image)
        let crop = crop ?? size
        return (
            size, crop, CropWindow(from: size.width, to: crop.width), CropWindow(from: size.height, to: crop.height)
        )
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

/// A picture on a black one of the given size, which is at least as large.
///
/// - Parameters:
///   - pixels: red, green and blue of each.
///   - width: of the picture.
private func padded<Value: Numeric>(
    _ pixels: [Value], width: Int, left: Int, top: Int, to size: (width: Int, height: Int)
) -> [Value] {
    if pixels.count == size.width * size.height * 3 { return pixels }
    var result = [Value](repeating: 0, count: size.width * size.height * 3)
    for y in 0..<pixels.count / (width * 3) {
        let start = ((top + y) * size.width + left) * 3
        result.replaceSubrange(start..<start + width * 3, with: pixels[y * width * 3..<(y + 1) * width * 3])
    }
    return result
}
