/// A JSON object with the file it came from, whose values are asked for by name, type and range.
///
/// Whatever is missing without a default, of another type or out of range throws an error that names the key. A null
/// counts as absent.
///
/// ```swift
/// let config = try JSONObject.read("vit/config.json")
/// let hiddenSize = try config.integer("hidden_size", in: 1...65536)
/// ```
public struct JSONObject: Sendable {
    /// The file, for errors.
    public let path: String
    /// The members in the order of the file; no name occurs twice.
    public let members: [JSONMember]
    /// What leads to this object from the top of the file, such as `vision_config.`.
    private let prefix: String
    private let positions: [ByteKey: Int]

    /// The sizes that are looked up through a table: building one for a whole vocabulary would cost more than it saves.
    private static let indexedCounts = 17...32768

    /// Larger files than this are refused: the largest tokenizers of the hub have 35 MB.
    public static let byteLimit = 64 << 20

    /// Reads and parses a file.
    ///
    /// - Throws: `FileError.unreadable` when it is absent or not a file, `FileError.badData` when it does not hold
    ///   one JSON object.
    public static func read(_ path: String) throws(FileError) -> JSONObject {
        try JSONObject(bytes: try InputFile(path).contents(limit: byteLimit), path: path)
    }

    /// Parses `bytes`; `path` is named in errors.
    ///
    /// - Throws: `FileError.badData` when they are not one JSON object.
    public init(bytes: [UInt8], path: String) throws(FileError) {
        var scanner = try JSONScanner(bytes, path: path)
        let value = try scanner.value()
        try scanner.end()
        guard case .object(let members) = value else {
            throw FileError(.badData, path: path, cause: "holds \(value.shown) where a JSON object belongs")
        }
        self.init(members: members, path: path, prefix: "")
    }

    package init(members: [JSONMember], path: String, prefix: String = "") {
        self.members = members
        self.path = path
        self.prefix = prefix
        var positions: [ByteKey: Int] = [:]
        if JSONObject.indexedCounts.contains(members.count) {
            positions.reserveCapacity(members.count)
            for (position, member) in members.enumerated() { positions[ByteKey(member.name)] = position }
        }
        self.positions = positions
    }

    /// The same object with values for what it lacks.
    package func with(defaults: [JSONMember]) -> JSONObject {
        JSONObject(members: members + defaults.filter { !contains($0.name) }, path: path, prefix: prefix)
    }

    /// The names in the order of the file.
    public var keys: [String] { members.map(\.name) }

    /// The value of `key`; `nil` when it is absent. Walk `members` instead of asking for the words of a vocabulary.
    public func value(_ key: String) -> JSONValue? {
        if JSONObject.indexedCounts.contains(members.count) { return positions[ByteKey(key)].map { members[$0].value } }
        return members.first { $0.name.hasSameBytes(as: key) }?.value
    }

    /// Whether `key` is present and not null.
    public func contains(_ key: String) -> Bool { present(key) != nil }

    /// A whole number within `range`.
    public func integer(
        _ key: String, in range: ClosedRange<Int>, default: Int? = nil
    ) throws(FileError) -> Int {
        let wanted = "a whole number " + JSONObject.shown(range.lowerBound, range.upperBound, Int.min, Int.max)
        guard let value = present(key) else { return try absent(key, wanted, `default`) }
        guard case .number(let number) = value, let whole = number.wholeNumber, range.contains(whole) else {
            throw mismatch(key, wanted, value)
        }
        return whole
    }

    /// A number within `range`.
    public func number(
        _ key: String, in range: ClosedRange<Double>, default: Double? = nil
    ) throws(FileError) -> Double {
        let greatest = Double.greatestFiniteMagnitude
        let wanted = "a number " + JSONObject.shown(range.lowerBound, range.upperBound, -greatest, greatest)
        guard let value = present(key) else { return try absent(key, wanted, `default`) }
        guard case .number(let number) = value, range.contains(number.double) else {
            throw mismatch(key, wanted, value)
        }
        return number.double
    }

    /// True or false.
    public func boolean(_ key: String, default: Bool? = nil) throws(FileError) -> Bool {
        guard let value = present(key) else { return try absent(key, "true or false", `default`) }
        guard case .boolean(let boolean) = value else { throw mismatch(key, "true or false", value) }
        return boolean
    }

    /// A string.
    public func string(_ key: String, default: String? = nil) throws(FileError) -> String {
        guard let value = present(key) else { return try absent(key, "a string", `default`) }
        guard case .string(let string) = value else { throw mismatch(key, "a string", value) }
        return string
    }

    /// A list of numbers; `nil` when it is absent or null.
    public func numbers(_ key: String) throws(FileError) -> [Double]? {
        guard let value = present(key) else { return nil }
        guard case .array(let elements) = value else { throw mismatch(key, "a list of numbers", value) }
        var numbers: [Double] = []
        numbers.reserveCapacity(elements.count)
        for element in elements {
            guard case .number(let number) = element else {
                let cause = "\(name(key)) must be a list of numbers, but holds \(element.shown)"
                throw FileError(.badData, path: path, cause: cause)
            }
            numbers.append(number.double)
        }
        return numbers
    }

    /// The object under `key`; `nil` when it is absent or null.
    public func object(_ key: String) throws(FileError) -> JSONObject? {
        guard let value = present(key) else { return nil }
        guard case .object(let members) = value else { throw mismatch(key, "an object", value) }
        return JSONObject(members: members, path: path, prefix: name(key) + ".")
    }

    /// The objects in the list under `key`; none when it is absent or null.
    public func objects(_ key: String) throws(FileError) -> [JSONObject] {
        guard let value = present(key) else { return [] }
        guard case .array(let elements) = value else { throw mismatch(key, "a list of objects", value) }
        var objects: [JSONObject] = []
        for (index, element) in elements.enumerated() {
            let place = "\(name(key))[\(index)]"
            guard case .object(let members) = element else {
                throw FileError(.badData, path: path, cause: "\(place) must be an object, but is \(element.shown)")
            }
            objects.append(JSONObject(members: members, path: path, prefix: place + "."))
        }
        return objects
    }

    /// An error about the value of `key`: `config.json: CAUSE (key)`.
    public func error(_ key: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: name(key))
    }

    private func present(_ key: String) -> JSONValue? {
        guard let value = value(key) else { return nil }
        if case .null = value { return nil }
        return value
    }

    /// The key with what leads to it, short enough for a message.
    private func name(_ key: String) -> String { prefix + key.quoted.dropFirst().dropLast() }

    private func mismatch(_ key: String, _ wanted: String, _ value: JSONValue) -> FileError {
        FileError(.badData, path: path, cause: "\(name(key)) must be \(wanted), but is \(value.shown)")
    }

    /// What stands in for an absent value, or the complaint that nothing does.
    private func absent<Value>(_ key: String, _ wanted: String, _ default: Value?) throws(FileError) -> Value {
        if let `default` { return `default` }
        let state = value(key) == nil ? "missing" : "null"
        throw FileError(.badData, path: path, cause: "\(name(key)) is \(state): it must be \(wanted)")
    }

    /// `between 1 and 65536`, or only the bound that bounds.
    private static func shown<Number: Comparable>(
        _ lower: Number, _ upper: Number, _ least: Number, _ greatest: Number
    ) -> String {
        switch (lower > least, upper < greatest) {
        case (true, true): "between \(lower) and \(upper)"
        case (true, false): "of at least \(lower)"
        case (false, true): "of at most \(upper)"
        case (false, false): "of any size"
        }
    }
}
