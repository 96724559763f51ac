// Changes of shape and of parts for augmentation.

/// Where each pixel of a result comes from: a linear map around the picture's centre and a shift, in pixels.
package struct AffineMap: Sendable, Equatable {
    /// Of the source's column, by the result's column and row.
    package var xx: Float = 1, xy: Float = 0
    /// Of the source's row.
    package var yx: Float = 0, yy: Float = 1
    /// Added to the source's column and row.
    package var right: Float = 0, down: Float = 0

    package init() {}
}

extension RGBImage {
    /// The picture that `map` draws from this one, each pixel from the nearest; `background` where there is none.
    package func transformed(_ map: AffineMap, background: UInt8 = 128) -> RGBImage {
        let (centerX, centerY) = (Float(width - 1) / 2, Float(height - 1) / 2)
        let background = repeatElement(background, count: 3)
        return remade { source, target in
            for y in 0..<height {
                let fromCenterY = Float(y) - centerY
                for x in 0..<width {
                    let fromCenterX = Float(x) - centerX
                    let sourceX = map.xx * fromCenterX + map.xy * fromCenterY + centerX + map.right
                    let sourceY = map.yx * fromCenterX + map.yy * fromCenterY + centerY + map.down
                    let to = (y &* width &+ x) &* 3
                    // Rounded to nearest; what lies outside is compared before it is converted.
                    if sourceX >= -0.5, sourceX < Float(width) - 0.5, sourceY >= -0.5, sourceY < Float(height) - 0.5 {
                        let from = (Int(sourceY + 0.5) &* width &+ Int(sourceX + 0.5)) &* 3
                        for channel in 0..<3 { target[to &+ channel] = source[from &+ channel] }
                    } else {
                        for (channel, value) in background.enumerated() { target[to &+ channel] = value }
                    }
                }
            }
        }
    }

    /// A window of the picture's size that begins `right` and `down` pixels further, and may be mirrored left to right;
    /// past the border the picture is reflected. The shifts are less than the sides.
    package func shifted(right: Int, down: Int, mirrored: Bool) -> RGBImage {
        precondition(abs(right) < width && abs(down) < height, "a shift by the whole picture")
        if right == 0 && down == 0 && !mirrored { return self }
        let columns = (0..<width).map { Self.reflected((mirrored ? width - 1 - $0 : $0) + right, in: width) &* 3 }
        return remade { source, target in
            var to = 0
            for y in 0..<height {
                let row = Self.reflected(y + down, in: height) &* width &* 3
                for column in columns {
                    let from = row &+ column
                    target[to] = source[from]
                    target[to &+ 1] = source[from &+ 1]
                    target[to &+ 2] = source[from &+ 2]
                    to &+= 3
                }
            }
        }
    }

    /// The picture mirrored left to right.
    package func mirrored() -> RGBImage { shifted(right: 0, down: 0, mirrored: true) }

    /// This picture with `share` of `other`, of the same size, mixed in.
    package func mixed(with other: RGBImage, share: Float) -> RGBImage {
        precondition(width == other.width && height == other.height, "pictures of one size mix")
        // 8 fractional bits are finer than the pixels themselves.
        let weight = Int32((share * 256).rounded())
        return edited { target in
            other.pixels.withUnsafeBufferPointer { other in
                for index in target.indices {
                    let own = Int32(target[index])
                    let mixed = own &* 256 &+ (Int32(other[index]) &- own) &* weight &+ 128
                    target[index] = UInt8(truncatingIfNeeded: mixed >> 8)
                }
            }
        }
    }

    /// This picture with the same rectangle of `other`, of the same size, in place of its own.
    package func replacing(columns: Range<Int>, rows: Range<Int>, by other: RGBImage) -> RGBImage {
        precondition(width == other.width && height == other.height, "pictures of one size mix")
        return edited { target in
            for y in rows {
                for index in (y * width + columns.lowerBound) * 3..<(y * width + columns.upperBound) * 3 {
                    target[index] = other.pixels[index]
                }
            }
        }
    }

    /// This picture with noise in place of a rectangle.
    package func erasing(
        columns: Range<Int>, rows: Range<Int>, using random: inout some RandomNumberGenerator
    ) -> RGBImage {
        edited { target in
            for y in rows {
                var bits: UInt64 = 0
                for (count, x) in (columns.lowerBound * 3..<columns.upperBound * 3).enumerated() {
                    if count % 8 == 0 { bits = random.next() }
                    target[y * width * 3 + x] = UInt8(truncatingIfNeeded: bits)
                    bits >>= 8
                }
            }
        }
    }

    /// A picture of the same size that `draw` makes of this one's pixels, writing every byte.
    private func remade(
        _ draw: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Void
    ) -> RGBImage {
        let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, initialized in
            pixels.withUnsafeBufferPointer { source in draw(source, target) }
            initialized = pixels.count
        }
        return RGBImage(width: width, height: height, pixels: result)
    }

    /// An index one reflection away from `0 ..< count`, brought back; the border itself is not repeated.
    private static func reflected(_ index: Int, in count: Int) -> Int {
        if index < 0 { return -index }
        return index < count ? index : 2 * (count - 1) - index
    }
}
