internal import Hummingbird

/// `GET /v1/models`, as OpenAI's API has it, with the tasks of each model beside.
struct ModelList: Encodable, Sendable {
    struct Model: Encodable, Sendable {
        let id: String
        let object = "model"
        let created: Int
        let ownedBy = "tessera"
        var tasks: [String]
    }

    let object = "list"
    private(set) var data: [Model] = []

    init(_ models: ServedModels) {
        for entry in models.entries {
            if let index = data.firstIndex(where: { $0.id == entry.name }) {
                data[index].tasks.append(entry.task.rawValue)
            } else {
                data.append(Model(id: entry.name, created: entry.created, tasks: [entry.task.rawValue]))
            }
        }
    }

    /// `GET /v1/models/{id}`.
    ///
    /// - Throws: `APIError` 404 where no such model is served.
    func answer(_ parts: [Substring]) throws(APIError) -> Response {
        let name = parts.joined(separator: "/")
        guard let model = data.first(where: { $0.id == name }) else { throw .unknownModel(name) }
        return Response(json: model)
    }
}
