internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat

extension Form {
    /// Reads a request whose body is a file, or a form that has it as a field. What the address says holds where the form does not say it.
    ///
    /// - Throws: `APIError` where the form is none, or the body is empty or too large.
    static func received(_ request: Request, orFile field: String, _ limits: ServerLimits) async throws -> Form {
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false
        let form =
            isForm
            ? try await received(request, fileField: field, limits)
            : Form(file: try await .received(request, named: field, limits))
        return Form(fields: request.addressFields.merging(form.fields) { $1 }, file: form.file)
    }
}

extension Request {
    /// What stands behind the question mark of the address, as forms write it there: many clients send a space as a plus sign.
    fileprivate var addressFields: [String: [String]] {
        (uri.query ?? "").split(separator: "&").reduce(into: [:]) { fields, field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let spaced = String(part).replacing("+", with: " ")
                return spaced.removingPercentEncoding ?? spaced
            }
            fields[parts[0], default: []].append(parts.count > 1 ? parts[1] : "")
        }
    }
}

extension UploadedFile {
    /// The whole body of a request.
    fileprivate static func received(
        _ request: Request, named name: String, _ limits: ServerLimits
    ) async throws -> UploadedFile {
        try await limits.receiving {
            let file = try UploadedFile(name: name)
            var byteCount = 0
            for try await buffer in request.body {
                byteCount += buffer.readableBytes
                try limits.checkBody(byteCount)
                try file.append(Data(buffer: buffer))
            }
            guard byteCount > 0 else { throw APIError.invalid("'\(name)' is missing: the body is empty.", name) }
            return file
        }
    }
}
