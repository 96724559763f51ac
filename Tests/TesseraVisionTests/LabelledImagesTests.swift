import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

@Suite struct LabelledImagesTests {
    private let folder = TemporaryFolder()
    private let pictures: [RGBImage]
    private let files: [LabelledFile]

    /// Twelve pictures of noise and three classes.
    init() {
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<12).map { _ in
            RGBImage(width: 20, height: 16, pixels: (0..<960).map { _ in .random(in: 0...255, using: &generator) })
        }
        let folder = folder
        pictures = noise
        files = noise.enumerated().map { index, picture in
            let bytes = pngFile(width: 20, height: 16, pixels: picture.pixels)
            return LabelledFile(path: folder.write("\(index).png", bytes), label: index % 3)
        }
    }

    private static let processor = ImageProcessor.standard(.vit, imageSize: 16)

    private func data(
        _ augmentation: ImageAugmentation, seed: UInt64 = 5, smoothing: Float = 0, memoryLimit: Int = 1 << 20
    ) throws -> LabelledImages {
        try LabelledImages(
            files, classCount: 3, processor: Self.processor, augmentation: augmentation, labelSmoothing: smoothing,
            seed: seed, memoryLimit: memoryLimit)
    }

    static let kinds: [ImageAugmentation] = [
        .light(side: 16), .standard(side: 16), .light(side: 224), .standard(side: 224),
    ]

    @Test("Without augmentation pictures are what the processor makes of them")
    func plain() throws {
        let batch = try data(.none).batch([3, 7, 3], epoch: 4)
        #expect(batch.pixels == (try Self.processor.pixelValues([pictures[3], pictures[7], pictures[3]])))
        #expect(batch.targets == Tensor(shape: [3, 3], [1, 0, 0, 0, 1, 0, 1, 0, 0]))
    }

    @Test("A batch depends on seed, epoch and samples alone", arguments: kinds)
    func deterministic(augmentation: ImageAugmentation) throws {
        let samples = Array(0..<12)
        let batch = try data(augmentation).batch(samples, epoch: 2)
        // Pictures that are read again for each batch are the same.
        let again = try data(augmentation, memoryLimit: 100).batch(samples, epoch: 2)
        #expect(again.pixels == batch.pixels && again.targets == batch.targets)
        #expect(try data(augmentation).batch(samples, epoch: 3).pixels != batch.pixels)
        #expect(try data(augmentation, seed: 6).batch(samples, epoch: 2).pixels != batch.pixels)
    }

    @Test("Without mixing a picture does not depend on the others of its batch", arguments: kinds)
    func independent(augmentation: ImageAugmentation) throws {
        var augmentation = augmentation
        augmentation.mixingProbability = 0
        let data = try data(augmentation)
        let alone = try data.batch([5], epoch: 9).pixels
        #expect(try data.batch([1, 2, 5, 6], epoch: 9).samples(2..<3).pixels == alone)
    }

    @Test("Targets are probabilities; a mixed one is shared with its partner in the opposite place")
    func targets() throws {
        var augmentation = ImageAugmentation(mixingProbability: 1)
        augmentation.mixUpAlpha = 0.5
        let batch = try data(augmentation, smoothing: 0.3).batch(Array(0..<12), epoch: 0)
        let targets = batch.targets.values
        for row in 0..<12 {
            let target = targets[row * 3..<row * 3 + 3]
            // Three additions of numbers up to 1.
            #expect(abs(target.reduce(0, +) - 1) < 1e-6 && target.allSatisfy { $0 >= 0.1 - 1e-6 })
            let neither = (0..<3).filter { $0 != row % 3 && $0 != (11 - row) % 3 }
            for label in neither { #expect(abs(target[target.startIndex + label] - 0.1) < 1e-6) }
        }
        #expect(targets.contains { $0 > 0.15 && $0 < 0.75 })
    }

    @Test("Mixing takes both pictures, in the shares of the targets")
    func mixing() throws {
        // A black picture, whose value is -1, with a white one: the mean of the pixels tells the shares.
        let black = folder.write("black.png", pngFile(width: 16, height: 16, pixels: [UInt8](repeating: 0, count: 768)))
        let white = folder.write(
            "white.png", pngFile(width: 16, height: 16, pixels: [UInt8](repeating: 255, count: 768)))
        let data = try LabelledImages(
            [.init(path: black, label: 0), .init(path: white, label: 1)], classCount: 2, processor: Self.processor,
            augmentation: ImageAugmentation(mixingProbability: 1))
        var kinds: Set<Bool> = []
        for epoch in 0..<20 {
            let batch = try data.batch([0, 1], epoch: epoch)
            for row in 0..<2 {
                let pixels = batch.samples(row..<row + 1).pixels.values
                let share = (pixels.reduce(0, +) / Float(pixels.count) + 1) / 2
                // Mixed values have 8 bits: half a step is 1/510.
                #expect(abs(share - batch.targets[row, 1]) < 2.1 / 510)
                kinds.insert(pixels.allSatisfy { $0 == pixels[0] })
            }
        }
        // Both MixUp, which leaves pictures of one colour, and CutMix; one of them is missing once in 2^39.
        #expect(kinds == [true, false])
    }

    @Test("Unreadable pictures are named, or left out on request")
    func unreadable() throws {
        let damaged = folder.write(
            "damaged.png", Array(pngFile(width: 20, height: 16, pixels: pictures[0].pixels).prefix(200)))
        let all = files + [.init(path: damaged, label: 0), .init(path: folder.file("absent.png"), label: 1)]
        let error = #expect(throws: UnreadableImages.self) {
            try LabelledImages(all, classCount: 3, processor: Self.processor)
        }
        #expect(error?.errors.map(\.path) == [damaged, folder.file("absent.png")] && error?.imageCount == 14)
        var readCount = 0
        let data = LabelledImages(
            reading: all, classCount: 3, processor: Self.processor, progress: { readCount += $0 })
        #expect(data.files == files && data.unreadable == error?.errors && readCount == 14)
        #expect(try data.batch([11], epoch: 0).pixels == (try Self.processor.pixelValues([pictures[11]])))
    }

    @Test("Unreadable pictures are left out where none is kept in memory, too")
    func unreadableWithoutMemory() throws {
        let broken = [LabelledFile(path: folder.write("broken.png", "x"), label: 2)]
        let data = LabelledImages(
            reading: broken + files, classCount: 3, processor: Self.processor, memoryLimit: 0)
        #expect(try data.batch([0], epoch: 0).pixels == (try Self.processor.pixelValues([pictures[0]])))
    }

    @Test("Pictures of every shape pass every augmentation", arguments: [(1, 1), (1, 40), (300, 2), (3, 3)])
    func oddShapes(width: Int, height: Int) throws {
        let pixels = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let path = folder.write("odd.png", pngFile(width: width, height: height, pixels: pixels))
        for var augmentation in Self.kinds {
            augmentation.erasingProbability = 1
            let data = try LabelledImages(
                Array(repeating: .init(path: path, label: 1), count: 40), classCount: 2, processor: Self.processor,
                augmentation: augmentation)
            let batch = try data.batch(Array(0..<40), epoch: 0)
            #expect(batch.pixels.shape == [40, 3, 16, 16] && batch.pixels.values.allSatisfy { abs($0) <= 1 })
        }
    }
}
