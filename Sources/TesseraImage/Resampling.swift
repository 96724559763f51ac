extension RGBImage {
    /// The picture resized to `width` by `height` pixels, equal bit for bit to Pillow's `Image.resize`: antialiased
    /// when shrinking, columns first and then rows, or the other way round where Pillow does so, rounded to 8 bits in between.
    ///
    /// Both sides are between 1 and `longestSide`, and their product is at most `largestPixelCount`.
    public func resized(width: Int, height: Int, filter: ResamplingFilter) -> RGBImage {
        precondition(Self.admits(width: width, height: height), "a picture of \(width)x\(height) cannot be made")
        return resized(width: width, height: height, filter: filter, columns: 0..<width, rows: 0..<height)
    }

    /// A window of the resized picture, which itself is not made: with `columns` and `rows` short, its size is free.
    func resized(
        width: Int, height: Int, filter: ResamplingFilter, columns: Range<Int>, rows: Range<Int>
    ) -> RGBImage {
        if width == self.width && height == self.height { return cropped(columns: columns, rows: rows) }
        if filter == .nearest { return resizedToNearest(width: width, height: height, columns: columns, rows: rows) }
        let across = Resizing(from: self.width, to: width, filter, outputs: columns)
        let down = Resizing(from: self.height, to: height, filter, outputs: rows)
        // Since version 13 Pillow takes first what shrinks much more (pull request 9549).
        let isRowsFirst = height < self.height && self.height - height > 2 * (self.width - width)
        // Only what the second pass reads goes through the first.
        if isRowsFirst {
            return cropped(columns: across.inputs, rows: 0..<self.height).resizedRows(down, offset: 0)
                .resizedColumns(across, offset: across.inputs.lowerBound)
        }
        return cropped(columns: 0..<self.width, rows: down.inputs).resizedColumns(across, offset: 0)
            .resizedRows(down, offset: down.inputs.lowerBound)
    }

    private func resizedColumns(_ resizing: Resizing, offset: Int) -> RGBImage {
        resizing.weights.map { resampledColumns($0, offset: offset) }
            ?? cropped(columns: resizing.kept(offset), rows: 0..<height)
    }

    private func resizedRows(_ resizing: Resizing, offset: Int) -> RGBImage {
        resizing.weights.map { resampledRows($0, offset: offset) }
            ?? cropped(columns: 0..<width, rows: resizing.kept(offset))
    }

    /// The part of the picture in `columns` and `rows`.
    package func cropped(columns: Range<Int>, rows: Range<Int>) -> RGBImage {
        if columns == 0..<width && rows == 0..<height { return self }
        var part: [UInt8] = []
        part.reserveCapacity(columns.count * rows.count * 3)
        for y in rows {
            part += pixels[(y * width + columns.lowerBound) * 3..<(y * width + columns.upperBound) * 3]
        }
        return RGBImage(width: columns.count, height: rows.count, pixels: part)
    }

    /// Each output pixel is the input pixel under its centre.
    private func resizedToNearest(width: Int, height: Int, columns: Range<Int>, rows: Range<Int>) -> RGBImage {
        let sourceColumns = Self.nearest(inputSize: self.width, outputSize: width, outputs: columns)
        var result: [UInt8] = []
        result.reserveCapacity(columns.count * rows.count * 3)
        for y in Self.nearest(inputSize: self.height, outputSize: height, outputs: rows) {
            for x in sourceColumns {
                let source = (y * self.width + x) * 3
                result.append(pixels[source])
                result.append(pixels[source + 1])
                result.append(pixels[source + 2])
            }
        }
        return RGBImage(width: columns.count, height: rows.count, pixels: result)
    }

    /// The input index under the centre of each of the `outputs`. Positions are summed up and not multiplied, since the
    /// rounding errors of the sum are part of Pillow's result.
    private static func nearest(inputSize: Int, outputSize: Int, outputs: Range<Int>) -> [Int] {
        let scale = Double(inputSize) / Double(outputSize)
        var position = scale * 0.5
        var indices: [Int] = []
        for output in 0..<outputs.upperBound {
            if outputs.contains(output) { indices.append(min(Int(position), inputSize - 1)) }
            position += scale
        }
        return indices
    }
}

private let half: Int32 = 1 << (ResamplingWeights.precision - 1)

@inline(__always)
private func rounded(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> ResamplingWeights.precision)))
}

// Sums cannot overflow: 255 times weights that add up to 1, with overshoots below 2, is what `precision` leaves room
// for. The loops below use wrapping arithmetic so that they carry no checks.
extension RGBImage {
    /// All rows, narrowed or widened by `weights`; the picture's first column is column `offset` of their input.
    private func resampledColumns(_ weights: ResamplingWeights, offset: Int) -> RGBImage {
        let columnCount = weights.first.count
        let result = [UInt8](unsafeUninitializedCapacity: columnCount * height * 3) { target, initialized in
            pixels.withUnsafeBufferPointer { source in
                weights.weights.withUnsafeBufferPointer { table in
                    var output = 0
                    for y in 0..<height {
                        for column in 0..<columnCount {
                            var at = (y &* width &+ weights.first[column] &- offset) &* 3
                            var (red, green, blue) = (half, half, half)
                            let start = column &* weights.stride
                            for weight in table[start..<start &+ weights.count[column]] {
                                red &+= Int32(source[at]) &* weight
                                green &+= Int32(source[at &+ 1]) &* weight
                                blue &+= Int32(source[at &+ 2]) &* weight
                                at &+= 3
                            }
                            target[output] = rounded(red)
                            target[output &+ 1] = rounded(green)
                            target[output &+ 2] = rounded(blue)
                            output &+= 3
                        }
                    }
                }
            }
            initialized = columnCount * height * 3
        }
        return RGBImage(width: columnCount, height: height, pixels: result)
    }

    /// All columns, shortened or lengthened by `weights`; the picture's first row is row `offset` of their input.
    private func resampledRows(_ weights: ResamplingWeights, offset: Int) -> RGBImage {
        let rowLength = width * 3
        var sums = [Int32](repeating: 0, count: rowLength)
        let result = [UInt8](unsafeUninitializedCapacity: rowLength * weights.first.count) { target, initialized in
            pixels.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in 0..<weights.first.count {
                        sums.update(repeating: half)
                        for tap in 0..<weights.count[row] {
                            let weight = weights.weights[row * weights.stride + tap]
                            let start = (weights.first[row] - offset + tap) * rowLength
                            for index in 0..<rowLength { sums[index] &+= Int32(source[start &+ index]) &* weight }
                        }
                        for index in 0..<rowLength { target[row &* rowLength &+ index] = rounded(sums[index]) }
                    }
                }
            }
            initialized = rowLength * weights.first.count
        }
        return RGBImage(width: width, height: weights.first.count, pixels: result)
    }
}

/// What becomes of one side of a picture.
private struct Resizing {
    /// What is wanted of the new side.
    let outputs: Range<Int>
    /// Which pixels of the old side are read for it.
    let inputs: Range<Int>
    /// nil where the side keeps its length.
    let weights: ResamplingWeights?

    init(from length: Int, to newLength: Int, _ filter: ResamplingFilter, outputs: Range<Int>) {
        self.outputs = outputs
        guard newLength != length else {
            (inputs, weights) = (outputs, nil)
            return
        }
        let weights = ResamplingWeights(inputSize: length, outputSize: newLength, outputs: outputs, filter: filter)
        self.weights = weights
        inputs = weights.inputs
    }

    /// What is wanted of a side that keeps its length, of a picture that begins at `offset`.
    func kept(_ offset: Int) -> Range<Int> { outputs.lowerBound - offset..<outputs.upperBound - offset }
}
