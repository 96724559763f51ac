import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TesseraImage
import TesseraServer
import Testing

/// Pictures of more pixels than one may have are refused by their headers, and large ones do not fill the memory together.
struct PictureLimitTests {
    private static let path = "/v1/images/classifications"
    private static let pictures = [
        repositoryPath("Samples/pictures/frog.png"), repositoryPath("Samples/pictures/dog.jpg"),
        fixture("jpeg/progressive420.jpg"), fixture("webp/lossless.webp"), fixture("webp/lossy.webp"),
    ]

    /// The status of a whole picture, and of one whose pixels cannot be decoded.
    private func statuses(_ bytes: [UInt8], pixelCount: Int) async throws -> [HTTPResponse.Status] {
        var limits = ServerLimits()
        limits.pixelCount = pixelCount
        var damaged = bytes
        for index in bytes.count / 2..<bytes.count { damaged[index] = 0xFF }
        let bodies = [bytes, damaged].map { ByteBuffer(bytes: $0) }
        let responses = try await withServer(limits) { client in
            var responses: [TestResponse] = []
            for body in bodies {
                responses.append(try await client.execute(uri: Self.path, method: .post, body: body))
            }
            return responses
        }
        return responses.map(\.status)
    }

    @Test(arguments: pictures)
    func tooLargeOnesAreNotDecoded(picture: String) async throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: picture)))
        let image = try RGBImage.decode(bytes, path: picture).image
        let pixelCount = image.width * image.height
        #expect(try await statuses(bytes, pixelCount: pixelCount) == [.ok, .badRequest])
        // Who decodes the damaged one would say that it is damaged.
        #expect(
            try await statuses(bytes, pixelCount: pixelCount - 1) == [.contentTooLarge, .contentTooLarge])
    }

    @Test func allHaveTheirTurnWhereThereIsMemoryForOne() async throws {
        var limits = ServerLimits()
        limits.pictureByteCount = 1
        let form = TestForm([("image", "@" + Self.pictures[1])])
        let responses = try await withServer(limits) { client in
            try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<16 { group.addTask { try await client.post(Self.path, form) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(responses.count == 16 && responses.allSatisfy { $0.status == .ok })
    }
}
