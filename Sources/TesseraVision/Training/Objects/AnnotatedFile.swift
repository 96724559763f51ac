/// A picture file and what is in it.
package struct AnnotatedFile: Sendable {
    /// Where it lies.
    package let path: String
    /// Width and height in pixels as the annotations have them, where they say so.
    package let size: (width: Int, height: Int)?
    package let objects: [PixelObject]

    /// An object with its box in pixels: left, top, width and height.
    package struct PixelObject: Sendable {
        package let label: Int
        package let box: SIMD4<Double>
    }
}
