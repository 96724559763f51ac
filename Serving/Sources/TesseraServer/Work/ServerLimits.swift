internal import TesseraImage

/// How much of the machine requests may take; who asks for more is told what the limit is.
public struct ServerLimits: Sendable {
    /// The bytes of a request's body; a recording or a picture is held in a file, and never in memory as a whole.
    public var bodyByteCount = 100 << 20
    /// The pixels of a picture: one whose header says more is not decoded.
    public var pixelCount = RGBImage.largestPixelCount
    /// The bytes that pictures take together while they are worked on; others wait.
    public var pictureByteCount = 1 << 30
    /// The bytes of a body of JSON, and of the fields of a form together.
    public var textByteCount = 8 << 20
    /// The seconds of a recording.
    public var duration = 4.0 * 3600
    /// The texts of a request.
    public var textCount = 2048
    /// The tokens that a request may have written.
    public var tokenCount = 4096
    /// The steps that a series may be forecast.
    public var horizon = 10_000
    /// How many requests are worked on or wait; one more is answered 429 at once.
    public var queueLength = 256
    /// The seconds that a client has to send a request.
    public var receiveTimeout = 120.0
    /// The seconds that a request may take then.
    public var timeout = 3600.0

    /// What a server has that is told nothing else.
    public init() {}

    /// - Throws: `APIError` 413 where a body has more bytes than one may have.
    func checkBody(_ byteCount: Int) throws(APIError) {
        guard byteCount <= bodyByteCount else {
            throw .tooLarge("The request is larger than \(bodyByteCount) bytes.")
        }
    }
}
