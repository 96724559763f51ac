import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct ManyObjectsTests {
    /// A DETR that asks three thousand times what is there: all of it is told, best first, and drawn.
    @Test func threeThousandObjectsAreToldAndDrawn() throws {
        let (count, weights) = (3000, try Safetensors(Fixtures.ownPath("detr/model.safetensors")))
        let tensors = try weights.names.map { name in
            let tensor = try weights.readTensor(name)
            return (name: name, tensor: name.hasPrefix("model.query_position") ? repeated(tensor, count) : tensor)
        }
        #expect(tensors.contains { $0.tensor.shape.first == count })
        let folder = try TemporaryFolder(copying: "detr")
        try Safetensors.write(tensors, to: folder.file("model.safetensors"))
        let config = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write("config.json", withMember("num_queries", "\(count)", in: config))
        let outcome = try detectObjects([
            ResultTests.picture, "--model", folder.path, "--threshold", "0", "--format", "json", "--draw",
            folder.file("seen.png"),
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let list = try JSONObject(bytes: Array("{\"list\": \(outcome.output)}".utf8), path: "output").objects("list")
        let scores = try list[0].objects("objects").map { try $0.number("score", in: 0...1) }
        #expect(scores.count == count && scores == scores.sorted(by: >))
        #expect(try InputFile(folder.file("seen.png")).contents(limit: 1 << 24).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    /// Rows over and over, each time somewhat stronger, so that no two say the same.
    private func repeated(_ tensor: Tensor, _ count: Int) -> Tensor {
        let (rows, columns) = (tensor.shape[0], tensor.shape[1])
        return Tensor(
            shape: [count, columns],
            (0..<count * columns).map {
                tensor.values[$0 % (rows * columns)] * (1 + Float($0 / columns) / Float(count))
            })
    }

    /// Beyond what is read of any picture the file is named, with the limit.
    @Test(arguments: [(20_000, 1), (1, 20_000)])
    func picturesBeyondTheLimitsAreNamed(width: Int, height: Int) throws {
        let folder = TemporaryFolder()
        folder.write(
            "long.png", pngFile(width: width, height: height, pixels: [UInt8](repeating: 77, count: 3 * width * height))
        )
        let outcome = try detectObjects([folder.file("long.png"), "--model", ResultTests.model])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.contains("long.png: has too many pixels, \(width)x\(height)"), "\(outcome)")
    }
}
