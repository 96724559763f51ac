internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat
internal import TesseraForms

/// A form that a request brought: fields in memory, and one file on disk.
struct Form: Sendable {
    /// The values of each field, in their order.
    let fields: [String: [String]]
    let file: UploadedFile?

    init(fields: [String: [String]] = [:], file: UploadedFile?) { (self.fields, self.file) = (fields, file) }

    /// Reads the body of a request.
    ///
    /// - Parameter fileField: the name of the field that is a file, whether or not it has a name of its own.
    /// - Throws: `APIError` where it is no form, or too large.
    static func received(_ request: Request, fileField: String, _ limits: ServerLimits) async throws -> Form {
        try await limits.receiving { try await Form(request, fileField: fileField, limits) }
    }

    private init(_ request: Request, fileField: String, _ limits: ServerLimits) async throws {
        let type = HeaderParameters(request.headers[.contentType] ?? "")
        guard type.value == "multipart/form-data", let boundary = type["boundary"], !boundary.isEmpty else {
            throw APIError.invalid("The request must be a form: Content-Type: multipart/form-data; boundary=…")
        }
        var reader = MultipartReader(boundary: boundary)
        var growing = GrowingForm(fileField: fileField, limits)
        var byteCount = 0
        for try await buffer in request.body {
            byteCount += buffer.readableBytes
            try limits.checkBody(byteCount)
            try reader.read(Data(buffer: buffer)) { try growing.take($0) }
        }
        guard reader.isComplete else { throw APIError.invalid("The form ends early: its last boundary is missing.") }
        self.init(fields: growing.fields, file: growing.file)
    }
}
