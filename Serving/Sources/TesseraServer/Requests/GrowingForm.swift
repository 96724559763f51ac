internal import Foundation
internal import TesseraForms

/// A form while it comes.
struct GrowingForm {
    private let fileField: String
    private let limits: ServerLimits
    /// The most parts that a form has.
    private static let partLimit = 100

    private(set) var fields: [String: [String]] = [:]
    private(set) var file: UploadedFile?
    private var name = ""
    private var value = Data()
    private var partCount = 0
    private var byteCount = 0

    private var isFile: Bool { name == fileField }

    /// - Parameter fileField: the name of the field that is a file.
    init(fileField: String, _ limits: ServerLimits) { (self.fileField, self.limits) = (fileField, limits) }

    mutating func take(_ event: MultipartReader.Event) throws {
        switch event {
        case .partBegins(let header): try begin(header)
        case .contents(let data): isFile ? try file?.append(data) : try add(data)
        case .partEnds: if !isFile { try end() }
        }
    }

    private mutating func begin(_ header: MultipartHeader) throws {
        partCount += 1
        guard partCount <= Self.partLimit else { throw APIError.invalid("The form has more than 100 parts.") }
        (name, value) = (header.name, Data())
        guard isFile else { return }
        guard file == nil else { throw APIError.invalid("There is more than one '\(fileField)'.", fileField) }
        file = try UploadedFile(name: header.fileName.flatMap { $0.isEmpty ? nil : $0 } ?? fileField)
    }

    private mutating func add(_ data: Data) throws {
        byteCount += data.count
        guard byteCount <= limits.textByteCount else { throw APIError.tooLarge("The form's fields are too long.") }
        value.append(data)
    }

    private mutating func end() throws {
        guard let text = String(validating: value, as: UTF8.self) else {
            throw APIError.invalid("'\(name)' is not UTF-8.", name)
        }
        fields[name, default: []].append(text)
    }
}
