internal import ArgumentParser
internal import TesseraCommands
internal import TesseraServer

/// How much requests may ask for.
struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Megabytes of a request's body.", valueName: "megabytes"))
    var maxBody = 100

    @Option(help: ArgumentHelp("Seconds of a recording.", valueName: "seconds"))
    var maxDuration = 14_400.0

    @Option(help: ArgumentHelp("Megapixels of a picture.", valueName: "megapixels"))
    var maxPixels = Self.largestPicture

    @Option(
        help: ArgumentHelp(
            "Megabytes that pictures take together while they are worked on; others wait.", valueName: "megabytes"))
    var maxPictureMemory = 1024

    @Option(help: "Texts of a request.")
    var maxTexts = 2048

    @Option(help: "Tokens that a request may have written.")
    var maxTokens = 4096

    @Option(help: "Steps that a series may be forecast.")
    var maxHorizon = 10_000

    @Option(help: "Requests that are worked on or wait; one more is answered 429.")
    var maxQueue = 256

    @Option(help: ArgumentHelp("Seconds that a client has to send a request.", valueName: "seconds"))
    var receiveTimeout = 120.0

    @Option(help: ArgumentHelp("Seconds that a request may take then.", valueName: "seconds"))
    var timeout = 3600.0

    /// The megapixels that are read.
    private static let largestPicture = Double(ServerLimits().pixelCount) / 1e6

    func validate() throws {
        try require("--max-body", maxBody, in: 1...100_000)
        try require("--max-duration", maxDuration, in: 1...1e7)
        try require("--max-pixels", maxPixels, in: 0.001...Self.largestPicture)
        try require("--max-picture-memory", maxPictureMemory, in: 1...10_000_000)
        try require("--max-texts", maxTexts, in: 1...1_000_000)
        try require("--max-tokens", maxTokens, in: 1...10_000_000)
        try require("--max-horizon", maxHorizon, in: 1...10_000_000)
        try require("--max-queue", maxQueue, in: 1...10_000)
        try require("--receive-timeout", receiveTimeout, in: 0.001...1e7)
        try require("--timeout", timeout, in: 0.001...1e7)
    }

    var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.bodyByteCount = maxBody << 20
        (limits.pixelCount, limits.pictureByteCount) = (Int((maxPixels * 1e6).rounded()), maxPictureMemory << 20)
        (limits.duration, limits.textCount, limits.tokenCount) = (maxDuration, maxTexts, maxTokens)
        (limits.horizon, limits.queueLength) = (maxHorizon, maxQueue)
        (limits.receiveTimeout, limits.timeout) = (receiveTimeout, timeout)
        return limits
    }
}
