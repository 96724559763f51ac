internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat

extension Response {
    /// An object as JSON.
    init(json value: some Encodable, status: HTTPResponse.Status = .ok) {
        guard let data = try? JSONEncoder.forResponses.encode(value) else {
            // Scores that are NaN or infinite, of a model whose weights lead there, are no numbers to JSON.
            self =
                APIError(
                    status: .internalServerError, message: "The model gave numbers that are none (NaN or infinite)."
                ).response
            return
        }
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(data: data)))
    }

    /// What is there already.
    init(bytes: Data, type: String) {
        self.init(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(data: bytes)))
    }

    /// A text.
    init(text: String, type: String = "text/plain; charset=utf-8") {
        self.init(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension JSONEncoder {
    /// Members under OpenAI's kind of names, `finish_reason`, in an order that does not change from run to run.
    static let forResponses: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
}
