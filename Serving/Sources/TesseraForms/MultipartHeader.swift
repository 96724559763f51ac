internal import Foundation

/// What a part of a form says of itself.
package struct MultipartHeader: Equatable {
    /// The field's.
    package var name = ""
    /// The file's, where the client says it.
    package var fileName: String?

    /// Reads lines such as `Content-Disposition: form-data; name="file"; filename="a \"b\".wav"`.
    ///
    /// - Throws: `FormError` where the part has no name.
    init(_ bytes: Data) throws(FormError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FormError("A part of the form has a header that is not UTF-8.")
        }
        let lines = text.split(separator: "\r\n").map { $0.split(separator: ":", maxSplits: 1) }
        let disposition = lines.first { $0.count == 2 && $0[0].lowercased() == "content-disposition" }
        guard let disposition else { throw FormError("A part of the form has no Content-Disposition.") }
        let parameters = HeaderParameters(String(disposition[1]))
        guard let name = parameters["name"] else { throw FormError("A part of the form has no name.") }
        (self.name, fileName) = (name, parameters["filename"])
    }
}

/// The parameters of a header field such as `multipart/form-data; boundary="a b"`.
package struct HeaderParameters {
    /// What stands before the first parameter, in lower case.
    package let value: String
    private var parameters: [String: String] = [:]

    /// The value of a parameter, whose name is in lower case.
    package subscript(name: String) -> String? { parameters[name] }

    package init(_ text: String) {
        var rest = text[...]
        value = rest.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        rest = rest.drop { $0 != ";" }.dropFirst()
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            let key = name.trimmingCharacters(in: .whitespaces).lowercased()
            if rest.first == "=" {
                rest = rest.dropFirst()
                let value = HeaderParameters.takeValue(&rest)
                if parameters[key] == nil { parameters[key] = value }
            }
            rest = rest.drop { $0 != ";" }.dropFirst()
        }
    }

    /// A token, or a text in quotation marks, in which a backslash stands before a quotation mark or another backslash.
    private static func takeValue(_ rest: inout Substring) -> String {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" }
            rest = rest.dropFirst(token.count)
            return token.trimmingCharacters(in: .whitespaces)
        }
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\", let next = rest.first, next == "\"" || next == "\\" else {
                value.append(character)
                continue
            }
            value.append(next)
            rest = rest.dropFirst()
        }
        return value
    }
}
