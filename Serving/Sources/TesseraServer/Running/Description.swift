internal import Foundation
internal import Hummingbird

/// `GET /openapi.json`: the routes that there is a model for, in OpenAPI's format.
struct Description: Sendable {
    private let bytes: Data

    init(_ models: ServedModels, _ limits: ServerLimits) {
        let whole = Data(PackageResources.openapi_json)
        guard var description = try? JSONSerialization.jsonObject(with: whole) as? [String: Any],
            let paths = description["paths"] as? [String: Any]
        else { preconditionFailure("the description is JSON") }
        let tasks = Set(models.tasks.map(\.rawValue))
        description["paths"] = Self.bounded(paths, limits).filter {
            (($0.value as? [String: Any])?["x-task"] as? String).map(tasks.contains) ?? true
        }
        bytes = (try? JSONSerialization.data(withJSONObject: description, options: .sortedKeys)) ?? whole
    }

    /// What a description says of a number is only true with the limits of this server.
    private static func bounded(_ members: [String: Any], _ limits: ServerLimits) -> [String: Any] {
        var members = members.mapValues { member -> Any in
            if let object = member as? [String: Any] { return bounded(object, limits) }
            return (member as? [Any])?.map { ($0 as? [String: Any]).map { bounded($0, limits) } ?? $0 } ?? member
        }
        switch members["x-limit"] as? String {
        case "texts": members["maxItems"] = limits.textCount
        case "tokens": members["maximum"] = limits.tokenCount
        case "horizon": members["maximum"] = limits.horizon
        default: break
        }
        return members
    }

    var response: Response { Response(bytes: bytes, type: "application/json") }
}
