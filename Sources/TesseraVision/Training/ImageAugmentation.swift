internal import TesseraImage
internal import TesseraLayers

/// How pictures are varied from epoch to epoch, so that a model learns what does not matter.
///
/// What happens to a picture depends on the seed, the epoch and its number, and with mixing on its partner, and on
/// nothing else: a resumed training sees what an uninterrupted one sees.
public struct ImageAugmentation: Sendable, Equatable {
    /// Which part of a picture is shown.
    public enum Crop: Sendable, Equatable {
        /// All that the model's processor keeps.
        case none
        /// A window of the picture's size, shifted by up to this share of each side; past the border the picture is
        /// reflected. Suits small pictures: 0.125 is 4 of 32 pixels.
        case shifted(Float)
        /// A window that covers a share of the area in this range, with sides from 3 : 4 to 4 : 3, enlarged to the model's
        /// size (Szegedy et al., 2015). Suits larger pictures.
        case resized(ClosedRange<Float>)
    }

    /// Which part of the picture the model sees.
    public var crop: Crop
    /// The probability that left and right are swapped.
    public var mirrorProbability: Float
    /// One random change of colour or shape a picture, TrivialAugment (Müller & Hutter, 2021): 0 is none, 1 as wide a
    /// range as in the paper.
    public var changeStrength: Float
    /// The probability that a random rectangle is replaced by noise (Zhong et al., 2020).
    public var erasingProbability: Float
    /// The probability that a picture is mixed with another of its batch, by MixUp or CutMix with equal chances.
    public var mixingProbability: Float
    /// MixUp (Zhang et al., 2018): shares are drawn from Beta(alpha, alpha), `0 < alpha <= 1`.
    public var mixUpAlpha: Float = 0.8
    /// CutMix (Yun et al., 2019): the rectangle's share of the area is drawn from Beta(alpha, alpha), `0 < alpha <= 1`.
    public var cutMixAlpha: Float = 1

    /// - Parameters:
    ///   - crop: which part of the picture the model sees.
    ///   - mirrorProbability: that left and right are swapped.
    ///   - changeStrength: of one random change of colour or shape a picture; 0 for none, 1 as wide as in the paper.
    ///   - erasingProbability: that a rectangle is replaced by noise.
    ///   - mixingProbability: that a picture is mixed with another of its batch.
    public init(
        crop: Crop = .none, mirrorProbability: Float = 0, changeStrength: Float = 0, erasingProbability: Float = 0,
        mixingProbability: Float = 0
    ) {
        self.crop = crop
        self.mirrorProbability = mirrorProbability
        self.changeStrength = changeStrength
        self.erasingProbability = erasingProbability
        self.mixingProbability = mixingProbability
    }

    /// Pictures as they are: what validation uses.
    public static let none = ImageAugmentation()

    /// Crops and mirrors.
    ///
    /// - Parameter side: of the model's pictures, in pixels; up to 64 they are shifted, larger ones cropped and resized.
    public static func light(side: Int) -> ImageAugmentation {
        ImageAugmentation(crop: side <= 64 ? .shifted(0.125) : .resized(0.35...1), mirrorProbability: 0.5)
    }

    /// Crops, mirrors, changes, erases and mixes: for training from scratch, over many epochs.
    ///
    /// - Parameter side: of the model's pictures, in pixels; up to 64 they are shifted, larger ones cropped and resized.
    public static func standard(side: Int) -> ImageAugmentation {
        var augmentation = light(side: side)
        augmentation.changeStrength = 0.5
        augmentation.erasingProbability = 0.25
        augmentation.mixingProbability = 0.5
        return augmentation
    }

    /// The picture varied, without mixing.
    ///
    /// - Parameters:
    ///   - size: of the result; without a resized crop `picture` has it already.
    ///   - random: this picture's, in this epoch.
    func varied(
        _ picture: RGBImage, to size: (width: Int, height: Int), filter: ResamplingFilter,
        using random: inout RandomGenerator
    ) -> RGBImage {
        let mirrors = random.nextUniform() < mirrorProbability
        var picture = picture
        switch crop {
        case .none: if mirrors { picture = picture.mirrored() }
        case .shifted(let share):
            // A side of one pixel cannot shift.
            let (right, down) = (min(share, 1).part(of: picture.width), min(share, 1).part(of: picture.height))
            picture = picture.shifted(
                right: random.nextInteger(in: -right...right), down: random.nextInteger(in: -down...down),
                mirrored: mirrors)
        case .resized(let areas):
            let window = randomWindow(of: picture, areas, &random)
            picture = picture.cropped(columns: window.columns, rows: window.rows)
                .resized(width: size.width, height: size.height, filter: filter)
            if mirrors { picture = picture.mirrored() }
        }
        if changeStrength > 0 { picture = ImageChange.random(&random)(picture, strength: changeStrength, &random) }
        if random.nextUniform() < erasingProbability {
            let window = randomWindow(of: picture, 0.02...0.33, aspect: 0.3, &random)
            picture = picture.erasing(columns: window.columns, rows: window.rows, using: &random)
        }
        return picture
    }
}

/// A rectangle of a picture.
struct ImageWindow: Equatable {
    let columns, rows: Range<Int>

    /// The area's share of a whole picture's.
    func share(ofWidth width: Int, height: Int) -> Float { Float(columns.count * rows.count) / Float(width * height) }
}

/// A window with a share of the area in `areas`, and sides from `aspect` to 1 / `aspect`, cut off where the picture ends.
func randomWindow(
    of picture: RGBImage, _ areas: ClosedRange<Float>, aspect: Float = 0.75, _ random: inout RandomGenerator
) -> ImageWindow {
    let area = random.nextUniform(in: areas)
    // Uniform in the logarithm, so that wide and tall are equally likely.
    let ratio = aspect.power(1 - 2 * random.nextUniform())
    let pixels = Float(picture.width * picture.height) * area
    let width = min(max(Int((pixels * ratio).squareRoot().rounded()), 1), picture.width)
    let height = min(max(Int((pixels / ratio).squareRoot().rounded()), 1), picture.height)
    let left = random.nextInteger(in: 0...picture.width - width)
    let top = random.nextInteger(in: 0...picture.height - height)
    return ImageWindow(columns: left..<left + width, rows: top..<top + height)
}
