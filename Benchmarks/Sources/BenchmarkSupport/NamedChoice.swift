internal import ArgumentParser

/// The choice of that name, for an option.
public func named<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws -> Choice {
    guard let choice = Choice(rawValue: name) else {
        throw ValidationError("it takes \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(name)\"")
    }
    return choice
}
