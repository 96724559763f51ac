/// Which samples a window has, and which frames of it are kept.
struct WaveformWindows {
    /// Samples of a window.
    let length: Int
    /// Samples that two windows share on each side of what is kept.
    private let margin: Int
    /// Samples of a frame.
    let stride: Int

    /// - Parameter stride: samples from one frame to the next, of which windows and margins are multiples.
    init(sampleRate: Int, stride: Int) {
        func aligned(_ seconds: Int) -> Int { (seconds * sampleRate + stride / 2) / stride * stride }
        (length, margin, self.stride) = (aligned(30), aligned(5), stride)
    }

    /// Samples from the beginning of a window to that of the next.
    var step: Int { length - 2 * margin }

    /// Those of the `frames` frames of a window that are kept.
    func kept(_ frames: Int, isFirst: Bool, isLast: Bool) -> Range<Int> {
        let end = isLast ? frames : min(frames, (length - margin) / stride)
        return min(isFirst ? 0 : margin / stride, end)..<end
    }
}
