public import TesseraFiles

/// One input of many, as a line of a manifest or an argument names it.
public struct Item: Sendable {
    /// Where its contents are.
    public enum Contents: Sendable {
        /// In a file.
        case file(String)
        /// On standard input.
        case standardInput
        /// In the manifest: what a `data:` URL holds.
        case bytes([UInt8])
        /// In the manifest, member by member, for commands that know such.
        case object(JSONObject)
    }

    /// What messages call it: its path, or the manifest with its line.
    public let name: String
    /// Where its contents are.
    public let contents: Contents
    /// What its line of the output begins with: what its line of the manifest holds, but for data.
    let carried: Carried

    /// An input that an argument names.
    init(argument: String, key: String, results: [String]) {
        name = argument
        contents = argument == "-" ? .standardInput : .file(argument)
        carried = Carried([JSONMember(name: key, value: .string(argument))], results: results)
    }

    /// An input that a line of a manifest names.
    ///
    /// - Parameter carried: what the line holds.
    init(_ line: JSONObject, key: String, name: String, folder: String?, carried: Carried) throws(FileError) {
        self.carried = carried
        if case .object? = line.value(key), let object = try line.object(key) {
            (self.name, contents) = (name, .object(object))
            return
        }
        let text = try line.string(key)
        do throws(DataURL.Damage) {
            if let bytes = try DataURL.bytes(text) {
                (self.name, contents) = (name, .bytes(bytes))
                return
            }
        } catch {
            throw line.error(key, error.cause)
        }
        guard !text.isEmpty, !text.utf8.contains(0) else { throw line.error(key, "is not the name of a file") }
        let path = Item.path(text, in: folder)
        (self.name, contents) = (path, .file(path))
    }

    /// As of a training's manifest: names are told from its folder on. Where there is nothing, they are told from the folder that
    /// the command runs in, as those of arguments are.
    private static func path(_ name: String, in folder: String?) -> String {
        guard let folder, name.utf8.first != UInt8(ascii: "/") else { return name }
        let beside = joinPath(folder, name)
        return !pathExists(beside) && pathExists(name) ? name : folder == "." ? name : beside
    }
}

/// The members that a line of output takes over from the manifest.
struct Carried: Sendable {
    static let nothing = Carried([], results: [])
    /// A member that holds those whose names are the results'.
    static let reserve = "manifest"

    private let plain, hidden: [JSONMember]

    /// - Parameters:
    ///   - members: of the line.
    ///   - results: the names of what the command finds, which carried members must not be taken for.
    init(_ members: [JSONMember], results: [String]) {
        let taken = Set(results + ["error", Carried.reserve])
        plain = members.filter { !taken.contains($0.name) }
        hidden = members.filter { taken.contains($0.name) }
    }

    /// All members of a line but data, which would make the output as large as the manifest.
    init(_ line: JSONObject, key: String, results: [String]) {
        let members = line.members.filter { member in
            guard member.name == key else { return true }
            guard case .string(let text) = member.value else { return false }
            return !text.utf8.starts(with: "data:".utf8)
        }
        self.init(members, results: results)
    }

    func write(to json: inout JSONWriter) {
        for member in plain { json.write(member.value, for: member.name) }
        guard !hidden.isEmpty else { return }
        json.object(Carried.reserve) { json in
            for member in hidden { json.write(member.value, for: member.name) }
        }
    }

    /// Whether a line of output, an object, takes over these members and holds nothing else before the results.
    func begin(_ line: [UInt8]) -> Bool {
        var json = JSONWriter()
        json.object { json in write(to: &json) }
        // What was read holds no NaN.
        let beginning = ((try? json.finish(path: "")) ?? []).dropLast()
        guard line.starts(with: beginning), line.count > beginning.count else { return false }
        // A number could go on.
        return beginning.count <= 1 || [UInt8(ascii: ","), UInt8(ascii: "}")].contains(line[beginning.count])
    }
}
