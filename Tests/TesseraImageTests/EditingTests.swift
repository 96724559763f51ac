import TesseraImage
import Testing

/// The changes that augmentation is made of.
@Suite struct EditingTests {
    /// A picture whose channels rise and wrap at different rates.
    static let picture: RGBImage = {
        var pixels: [UInt8] = []
        for y in 0..<22 {
            for x in 0..<24 {
                let values: [Int] = [x * 37 + y * 11, x * x * 9 + y * 31 + 40, 200 - x * 13 - y * 17]
                pixels += values.map { UInt8(truncatingIfNeeded: $0) }
            }
        }
        return RGBImage(width: 24, height: 22, pixels: pixels)
    }()

    /// Checksums of what Pillow 12's ImageEnhance and ImageOps make of the same picture.
    static let pillow: [(String, String, @Sendable (RGBImage) -> RGBImage)] = [
        ("brighter", "7207dcad12fbac16", { $0.withBrightness(1.6) }),
        ("darker", "59547dad5a7016fb", { $0.withBrightness(0.3) }),
        ("more contrast", "43a8dd8316546a9a", { $0.withContrast(1.7) }),
        ("less contrast", "a9cd70e7fa31c875", { $0.withContrast(0.2) }),
        ("more colour", "238c48b25de6d6d1", { $0.withSaturation(1.9) }),
        ("less colour", "f537e3fb85372aab", { $0.withSaturation(0.1) }),
        ("sharper", "82ba990103e1c84b", { $0.withSharpness(1.8) }),
        ("softer", "3e044b37367cb1d0", { $0.withSharpness(0.4) }),
        ("posterized", "4e2390e6f4f1b065", { $0.posterized(bits: 3) }),
        ("solarized", "78c133748d279198", { $0.solarized(threshold: 100) }),
        ("full contrast", "5f89e97ca8ee27cd", { $0.withFullContrast() }),
        ("equalized", "f72ff3690f15ded1", { $0.equalized() }),
    ]

    @Test("Colours change as Pillow changes them, bit for bit", arguments: pillow.indices)
    func colours(index: Int) {
        let (name, expected, change) = Self.pillow[index]
        #expect(checksum(change(Self.picture)) == expected, "\(name)")
    }

    @Test("A change of nothing is the picture itself")
    func identity() {
        let picture = Self.picture
        let unchanged = [
            picture.withBrightness(1), picture.withContrast(1), picture.withSaturation(1), picture.withSharpness(1),
            picture.posterized(bits: 8), picture.solarized(threshold: 256), picture.transformed(AffineMap()),
            picture.shifted(right: 0, down: 0, mirrored: false), picture.mirrored().mirrored(),
            picture.mixed(with: picture.mirrored(), share: 0),
        ]
        for (index, result) in unchanged.enumerated() { #expect(result == picture, "\(index)") }
    }

    @Test("A picture of one colour has no contrast to stretch")
    func flat() {
        let flat = RGBImage(width: 20, height: 20, pixels: [UInt8](repeating: 7, count: 1200))
        #expect(flat.withFullContrast() == flat && flat.equalized() == flat && flat.withContrast(1.9) == flat)
    }

    @Test("Shifts reflect at the border, which is not repeated")
    func shifts() {
        #expect(line([1, 2, 3, 4]).shifted(right: 2, down: 0, mirrored: false) == line([3, 4, 3, 2]))
        #expect(line([1, 2, 3, 4]).shifted(right: -3, down: 0, mirrored: false) == line([4, 3, 2, 1]))
        #expect(line([1, 2, 3, 4]).shifted(right: 1, down: 0, mirrored: true) == line([3, 4, 3, 2]))
        #expect(line([1, 2, 3, 4]).mirrored() == line([4, 3, 2, 1]))
    }

    @Test("Turns and shifts take the nearest pixel, and the background where there is none")
    func transforms() {
        var shift = AffineMap()
        shift.right = 1
        #expect(line([1, 2, 3]).transformed(shift) == line([2, 3, 128]))
        var halfTurn = AffineMap()
        (halfTurn.xx, halfTurn.yy) = (-1, -1)
        let picture = Self.picture
        let turned = picture.transformed(halfTurn)
        for (x, y) in [(0, 0), (5, 7), (23, 21)] {
            let (from, to) = ((y * 24 + x) * 3, ((21 - y) * 24 + 23 - x) * 3)
            #expect(turned.pixels[to..<to + 3] == picture.pixels[from..<from + 3])
        }
    }

    @Test("Parts of pictures")
    func parts() {
        let (black, white) = (line([0, 0, 0, 0]), line([255, 255, 255, 255]))
        #expect(black.replacing(columns: 1..<3, rows: 0..<1, by: white) == line([0, 255, 255, 0]))
        #expect(black.mixed(with: white, share: 0.25) == line([64, 64, 64, 64]))
        #expect(black.mixed(with: white, share: 1) == white)
        var random = SystemRandomNumberGenerator()
        let erased = Self.picture.erasing(columns: 2..<22, rows: 3..<20, using: &random)
        let changed = zip(erased.pixels, Self.picture.pixels).enumerated().filter { $1.0 != $1.1 }.map { $0.offset / 3 }
        #expect(changed.allSatisfy { (2..<22).contains($0 % 24) && (3..<20).contains($0 / 24) })
        // Of 1,020 random bytes 4 equal the old ones on average; half of them do not.
        #expect(changed.count > 510)
    }

    /// One row of gray pixels.
    private func line(_ values: [UInt8]) -> RGBImage {
        RGBImage(width: values.count, height: 1, pixels: values.flatMap { [$0, $0, $0] })
    }
}
