internal import TesseraImage
internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The changes of TrivialAugment (Müller & Hutter, 2021), with its wide ranges at strength 1: one of them is applied to
/// a picture, at a random strength.
enum ImageChange: Int, CaseIterable {
    case identity, shearX, shearY, translateX, translateY, rotate
    case brightness, saturation, contrast, sharpness, posterize, solarize, fullContrast, equalize

    static func random(_ random: inout RandomGenerator) -> ImageChange {
        allCases[random.nextInteger(in: 0...allCases.count - 1)]
    }

    /// - Parameter strength: the largest that may be drawn, 0 to 1.
    func callAsFunction(_ picture: RGBImage, strength: Float, _ random: inout RandomGenerator) -> RGBImage {
        let amount = min(strength, 1) * random.nextUniform()
        let signed = random.nextUniform() < 0.5 ? -amount : amount
        switch self {
        case .identity: return picture
        case .shearX, .shearY, .translateX, .translateY, .rotate: return picture.transformed(map(signed, picture))
        case .brightness: return picture.withBrightness(1 + 0.99 * signed)
        case .saturation: return picture.withSaturation(1 + 0.99 * signed)
        case .contrast: return picture.withContrast(1 + 0.99 * signed)
        case .sharpness: return picture.withSharpness(1 + 0.99 * signed)
        case .posterize: return picture.posterized(bits: 8 - Int((6 * amount).rounded()))
        case .solarize: return picture.solarized(threshold: Int((256 * (1 - amount)).rounded()))
        case .fullContrast: return picture.withFullContrast()
        case .equalize: return picture.equalized()
        }
    }

    /// The change of shape: a shear by up to 0.99, a shift by up to 0.45 of the side, a turn by up to 135 degrees.
    private func map(_ amount: Float, _ picture: RGBImage) -> AffineMap {
        var map = AffineMap()
        switch self {
        case .shearX: map.xy = 0.99 * amount
        case .shearY: map.yx = 0.99 * amount
        // The paper shifts pictures of any size by up to 32 pixels, which leaves nothing of a small one.
        case .translateX: map.right = (0.45 * amount * Float(picture.width)).rounded()
        case .translateY: map.down = (0.45 * amount * Float(picture.height)).rounded()
        default:
            let angle = 0.75 * Float.pi * amount
            (map.xx, map.yy) = (cos(angle), cos(angle))
            (map.xy, map.yx) = (sin(angle), -sin(angle))
        }
        return map
    }
}

extension Float {
    /// This share of a side, in whole pixels, less than the side.
    func part(of side: Int) -> Int { min(Int((self * Float(side)).rounded()), side - 1) }

    /// This number, at least 0, to the power `exponent`.
    func power(_ exponent: Float) -> Float { pow(self, exponent) }
}
