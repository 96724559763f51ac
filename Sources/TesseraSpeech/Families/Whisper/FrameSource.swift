package import TesseraFiles
package import TesseraTensor

/// Frames of sound that are made as they are asked for.
package protocol FrameSource {
    /// How many frames the recording has.
    var frameCount: Int { get }
    /// Seconds of the recording.
    var duration: Double { get }
    /// - Returns: log-mel features, `[frames, mel bins]`
    func features(_ frames: Range<Int>) throws(FileError) -> Tensor
    /// What a feature of silence is.
    var silence: Float { get }
    /// What is odd about the recording's file.
    var warnings: [String] { get }
}

extension FrameSource {
    package var warnings: [String] { [] }
}
