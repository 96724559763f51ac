import TesseraFiles
import TesseraImage
import TestSupport
import Testing

@Suite struct ResamplingTests {
    @Test("Every filter equals Pillow's, bit for bit", arguments: ResamplingFilter.allCases)
    func pillow(filter: ResamplingFilter) throws {
        let table = try JSONObject.read(Fixtures.ownPath("resampling.json"))
        let cases = table.keys.filter { $0.hasSuffix(" \(filter)") }  // "rgb0 32 32 bicubic"
        #expect(cases.count == 20)
        for name in cases {
            let words = name.split(separator: " ")
            let width = try #require(Int(words[1]))
            let height = try #require(Int(words[2]))
            let image = try RGBImage.read(Fixtures.ownPath("image-processing/\(words[0]).png")).image
            let resized = image.resized(width: width, height: height, filter: filter)
            #expect(checksum(resized) == (try table.string(name)), "\(name)")
        }
    }

    @Test("A picture of its own size is itself")
    func identity() {
        let image = RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
        #expect(image.resized(width: 2, height: 1, filter: .bicubic) == image)
    }
}
