internal import TesseraFiles

/// What is accepted of any format.
enum AudioLimits {
    static let channelCounts = 1...64
    /// In Hz.
    static let sampleRates = 1_000...384_000

    static func check(channelCount: Int, sampleRate: Int, in source: ByteSource) throws(FileError) {
        guard channelCounts.contains(channelCount) else {
            throw source.damaged("has \(channelCount) channels: between 1 and \(channelCounts.upperBound) are read")
        }
        guard sampleRates.contains(sampleRate) else {
            let range = "\(sampleRates.lowerBound) to \(sampleRates.upperBound) Hz"
            throw source.damaged("has a sample rate of \(sampleRate) Hz: \(range) are read")
        }
    }
}
