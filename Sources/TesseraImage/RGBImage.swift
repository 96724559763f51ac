/// A picture in memory: rows from the top, pixels from the left, red, green and blue of 8 bits each.
public struct RGBImage: Sendable, Equatable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// `[height, width, 3]`, row-major.
    public let pixels: [UInt8]

    /// A picture of `pixels`, `width * height * 3` bytes; both sides are at least 1.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture of \(width)x\(height) has no pixels")
        precondition(pixels.count == width * height * 3, "\(pixels.count) bytes do not fill \(width)x\(height) RGB")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The largest width or height that is read or made, in pixels.
    public static let longestSide = 16_384
    /// The largest number of pixels that is read or made.
    public static let largestPixelCount = 64_000_000
    /// The largest file that is read, in bytes.
    public static let largestFile = 64 << 20

    /// Whether a picture of this size is small enough to be read or made.
    static func admits(width: Int, height: Int) -> Bool {
        (1...longestSide).contains(width) && (1...longestSide).contains(height) && width * height <= largestPixelCount
    }
}
