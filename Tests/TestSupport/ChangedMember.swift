/// A JSON file whose object has another value of a key.
///
/// - Parameters:
///   - key: of the outermost object.
///   - value: JSON.
public func withMember(_ key: String, _ value: String, in json: [UInt8]) -> [UInt8] {
    // The old member takes a name that nobody asks for.
    let old = String(decoding: json, as: UTF8.self).replacing("\"\(key)\":", with: "\"old \(key)\":")
    return Array("{\"\(key)\": \(value), \(old.drop { $0 != "{" }.dropFirst())".utf8)
}
