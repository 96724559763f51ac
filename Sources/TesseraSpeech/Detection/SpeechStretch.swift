/// A part of a recording in which somebody speaks.
public struct SpeechStretch: Sendable, Equatable {
    /// In seconds from the recording's beginning.
    public var start, end: Double

    /// - Parameters:
    ///   - start: in seconds from the recording's beginning.
    ///   - end: the same.
    public init(start: Double, end: Double) { (self.start, self.end) = (start, end) }
}
