// The windows of frames that a convolution along time multiplies, and what their gradient is to the frames.

extension Tensor {
    /// The windows of `size` frames, `stride` apart, of each sequence `[batch, frames, channels]`: the first has its middle on the
    /// first frame, and frames beyond the ends are zero. Within a window the frames of a channel lie side by side, as they do in
    /// a convolution's weight.
    ///
    /// - Returns: `[batch, windows, channels * size]`
    package func frameWindows(size: Int, stride: Int) -> Tensor {
        let (batch, frames, channels) = (shape[0], shape[1], shape[2])
        let windows = frames == 0 ? 0 : (frames - 1) / stride + 1
        var result = Tensor(uninitialized: [batch, windows, channels * size])
        withValues { source in
            result.withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                Threads.forEachRange(of: batch * windows, grain: 64) { range in
                    for row in range {
                        let (item, window) = row.quotientAndRemainder(dividingBy: windows)
                        let first = window * stride - size / 2
                        for offset in 0..<size {
                            let frame = first + offset
                            let column = target + row * channels * size + offset
                            if frame >= 0 && frame < frames {
                                let values = source + (item * frames + frame) * channels
                                for channel in 0..<channels { column[channel * size] = values[channel] }
                            } else {
                                for channel in 0..<channels { column[channel * size] = 0 }
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The sum of what each frame is in all the windows that `frameWindows` put it into: that function's gradient.
    ///
    /// - Returns: `[batch, frames, channels]` of `[batch, windows, channels * size]`.
    package func addedFrameWindows(size: Int, stride: Int, frames: Int) -> Tensor {
        let (batch, windows, channels) = (shape[0], shape[1], shape[2] / size)
        var result = Tensor(shape: [batch, frames, channels], repeating: 0)
        withValues { source in
            result.withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                // Frames of one item are shared by its windows: threads share the items.
                Threads.forEach(batch) { item in
                    for window in 0..<windows {
                        for offset in 0..<size {
                            let frame = window * stride - size / 2 + offset
                            guard frame >= 0, frame < frames else { continue }
                            let column = source + (item * windows + window) * channels * size + offset
                            let sums = target + (item * frames + frame) * channels
                            for channel in 0..<channels { sums[channel] += column[channel * size] }
                        }
                    }
                }
            }
        }
        return result
    }
}
