/// A picture that a processor has resized and cropped: what a model looks at.
public struct PreparedPicture: Sendable {
    /// In 8 bits.
    public let image: RGBImage
    /// Red, green and blue of each pixel, 0 … 255, where the processor does not round them.
    let unrounded: [Float]?

    /// A picture whose numbers are those of 8 bits.
    ///
    /// - Parameter image: of the size that the model takes.
    public init(_ image: RGBImage) { (self.image, unrounded) = (image, nil) }

    /// - Parameter pixels: red, green and blue of each pixel.
    init(unrounded pixels: [Float], width: Int, height: Int) {
        unrounded = pixels
        let rounded = pixels.map { UInt8(max(0, min(255, $0.rounded()))) }
        image = RGBImage(width: width, height: height, pixels: rounded)
    }
}
