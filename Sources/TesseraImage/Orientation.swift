extension RGBImage {
    /// The picture turned and mirrored so that it stands upright; `orientation` as in EXIF, 1 to 8.
    package func upright(orientation: Int) -> RGBImage {
        // Where the upright picture's first pixel, its next column and its next row lie in this one.
        let last = width * height - 1
        let (start, column, row): (Int, Int, Int)
        switch orientation {
        case 2: (start, column, row) = (width - 1, -1, width)
        case 3: (start, column, row) = (last, -1, -width)
        case 4: (start, column, row) = (last - width + 1, 1, -width)
        case 5: (start, column, row) = (0, width, 1)
        case 6: (start, column, row) = (last - width + 1, -width, 1)
        case 7: (start, column, row) = (last, -width, -1)
        case 8: (start, column, row) = (width - 1, width, -1)
        default: return self
        }
        let (newWidth, newHeight) = orientation >= 5 ? (height, width) : (width, height)
        let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let from = 3 * (start + x * column + y * row)
                        let to = 3 * (y * newWidth + x)
                        target[to] = source[from]
                        target[to + 1] = source[from + 1]
                        target[to + 2] = source[from + 2]
                    }
                }
            }
            count = pixels.count
        }
        return RGBImage(width: newWidth, height: newHeight, pixels: turned)
    }
}
