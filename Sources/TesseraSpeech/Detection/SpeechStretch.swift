/// A part of a recording in which somebody speaks.
public struct SpeechStretch: Sendable, Equatable {
    /// In seconds from the recording's beginning.
    public var start, end: Double

    /// - Parameters:
    ///   - start: in seconds from the recording's beginning.
    ///   - end: the same.
    public init(start: Double, end: Double) { (self.start, self.end) = (start, end) }
}

extension [SpeechStretch] {
    /// Whether each of some frames of a recording lies in a stretch.
    func holds(_ frames: Range<Int>, frameDuration: Double) -> [Bool] {
        var isHeld = [Bool](repeating: false, count: frames.count)
        for stretch in self {
            let first = Int((stretch.start / frameDuration).rounded())
            let last = Int((stretch.end / frameDuration).rounded())
            for frame in (first..<Swift.max(first, last)).clamped(to: frames) {
                isHeld[frame - frames.lowerBound] = true
            }
        }
        return isHeld
    }
}
