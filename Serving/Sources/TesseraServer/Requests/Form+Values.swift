extension Form {
    /// The field's last value; nil where it is absent or empty.
    func text(_ name: String) -> String? { fields[name]?.last.flatMap { $0.isEmpty ? nil : $0 } }

    /// All values of a list, which clients send as `name[]`, as `name`, or as several of either.
    func list(_ name: String) -> [String] { (fields[name + "[]"] ?? []) + (fields[name] ?? []) }

    /// The file.
    ///
    /// - Throws: `APIError` 400 where there is none.
    func requiredFile(_ name: String) throws(APIError) -> UploadedFile {
        guard let file else { throw .invalid("'\(name)' is missing: the file itself.", name) }
        return file
    }

    /// A number, or nil where the field is absent.
    ///
    /// - Throws: `APIError` 400 where it is none or out of bounds.
    func number<Number: Comparable & LosslessStringConvertible>(
        _ name: String, in bounds: ClosedRange<Number>
    ) throws(APIError) -> Number? {
        guard let text = text(name) else { return nil }
        guard let number = Number(text) else {
            throw .invalid("'\(name)' must be a number, not '\(text.prefix(40))'.", name)
        }
        return try number.checked(name, in: bounds)
    }

    /// Whether a flag is set, or nil where the field is absent.
    ///
    /// - Throws: `APIError` 400 where it is neither.
    func flag(_ name: String) throws(APIError) -> Bool? {
        try text(name).map { text throws(APIError) in try truth(of: text, name) }
    }

    /// One of some words, or nil where the field is absent.
    ///
    /// - Throws: `APIError` 400 where it is none of them.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(APIError) -> Choice? {
        guard let text = text(name) else { return nil }
        return try Choice(named: text, of: name)
    }
}

extension RawRepresentable<String> where Self: CaseIterable {
    /// What `text` names.
    ///
    /// - Throws: `APIError` 400 that says which there are.
    init(named text: String, of parameter: String) throws(APIError) {
        guard let value = Self(rawValue: text) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("'\(parameter)' must be one of \(names), not '\(text.prefix(80))'.", parameter)
        }
        self = value
    }
}

/// Whether a text says true or false.
///
/// - Throws: `APIError` 400 where it says neither.
func truth(of text: String, _ name: String) throws(APIError) -> Bool {
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw .invalid("'\(name)' must be true or false.", name)
    }
}
