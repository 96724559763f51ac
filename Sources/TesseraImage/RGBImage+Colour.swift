// Changes of colour for augmentation, each as Pillow's `ImageEnhance` and `ImageOps` define it, with their rounding.

extension RGBImage {
    /// Brighter or darker: 0 is black, 1 the picture itself.
    package func withBrightness(_ factor: Float) -> RGBImage { mapped { blended(0, $0, factor) } }

    /// More or less contrast: 0 is the mean gray, 1 the picture itself.
    package func withContrast(_ factor: Float) -> RGBImage {
        var sum = 0
        forEachGray { sum &+= Int($0) }
        let mean = UInt8(Double(sum) / Double(width * height) + 0.5)
        return mapped { blended(mean, $0, factor) }
    }

    /// More or less colour: 0 is gray, 1 the picture itself.
    package func withSaturation(_ factor: Float) -> RGBImage {
        edited { result in
            var index = 0
            forEachGray { gray in
                for channel in index..<index &+ 3 { result[channel] = blended(gray, result[channel], factor) }
                index &+= 3
            }
        }
    }

    /// Sharper or softer: 0 is smoothed over 3 × 3 pixels, 1 the picture itself. Pixels at the border stay.
    package func withSharpness(_ factor: Float) -> RGBImage {
        guard width > 2, height > 2 else { return self }
        let row = width * 3
        return edited { result in
            pixels.withUnsafeBufferPointer { source in
                for y in 1..<height - 1 {
                    for index in y * row + 3..<(y + 1) * row - 3 {
                        var sum = 4 &* Int(source[index])
                        for line in stride(from: index &- row, through: index &+ row, by: row) {
                            sum &+= Int(source[line &- 3]) &+ Int(source[line]) &+ Int(source[line &+ 3])
                        }
                        result[index] = blended(UInt8((2 &* sum &+ 13) / 26), source[index], factor)
                    }
                }
            }
        }
    }

    /// Only the highest `bits` of each value, 1 to 8, remain.
    package func posterized(bits: Int) -> RGBImage {
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
        return mapped { $0 & mask }
    }

    /// Values from `threshold` on are inverted; 256 inverts none.
    package func solarized(threshold: Int) -> RGBImage { mapped { Int($0) < threshold ? $0 : 255 - $0 } }

    /// Each channel stretched from black to full.
    package func withFullContrast() -> RGBImage {
        mappedByHistogram { histogram in
            guard let low = histogram.firstIndex(where: { $0 > 0 }), let high = histogram.lastIndex(where: { $0 > 0 }),
                low < high
            else { return Array(0...255) }
            let scale = 255 / Double(high - low)
            return (0..<256).map { UInt8(max(0, min(255, Double($0) * scale - Double(low) * scale))) }
        }
    }

    /// Each channel's values spread so that all occur about equally often.
    package func equalized() -> RGBImage {
        mappedByHistogram { histogram in
            let last = histogram.last { $0 > 0 } ?? 0
            let step = (width * height - last) / 255
            guard step > 0 else { return Array(0...255) }
            var sum = step / 2
            return histogram.map { count in
                defer { sum += count }
                return UInt8(min(255, sum / step))
            }
        }
    }

    /// A copy that `edit` may change, `[height, width, 3]`.
    func edited(_ edit: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> RGBImage {
        var copy = pixels
        copy.withUnsafeMutableBufferPointer { edit($0) }
        return RGBImage(width: width, height: height, pixels: copy)
    }

    /// The luma of each pixel (ITU-R 601), row by row.
    private func forEachGray(_ body: (UInt8) -> Void) {
        pixels.withUnsafeBufferPointer { pixels in
            for index in stride(from: 0, to: pixels.count, by: 3) {
                let red = Int(pixels[index]) &* 19_595
                let green = Int(pixels[index &+ 1]) &* 38_470
                let blue = Int(pixels[index &+ 2]) &* 7_471
                body(UInt8(truncatingIfNeeded: (red &+ green &+ blue &+ 0x8000) >> 16))
            }
        }
    }

    /// Every value changed alike.
    private func mapped(_ change: (UInt8) -> UInt8) -> RGBImage {
        let table = (0...255).map { change(UInt8($0)) }
        return edited { values in
            table.withUnsafeBufferPointer { table in
                for index in values.indices { values[index] = table[Int(values[index])] }
            }
        }
    }

    /// The values of each channel changed alike, by a table of 256 that `table` makes of how often each value occurs.
    private func mappedByHistogram(_ table: ([Int]) -> [UInt8]) -> RGBImage {
        edited { values in
            for channel in 0..<3 {
                var histogram = [Int](repeating: 0, count: 256)
                for index in stride(from: channel, to: values.count, by: 3) { histogram[Int(values[index])] &+= 1 }
                let table = table(histogram)
                for index in stride(from: channel, to: values.count, by: 3) {
                    values[index] = table[Int(values[index])]
                }
            }
        }
    }
}

/// From `from` (factor 0) through `to` (1) and beyond, cut off at 0 and 255.
@inline(__always)
private func blended(_ from: UInt8, _ to: UInt8, _ factor: Float) -> UInt8 {
    let value = Float(from) + factor * (Float(to) - Float(from))
    return UInt8(max(0, min(255, value)))
}
