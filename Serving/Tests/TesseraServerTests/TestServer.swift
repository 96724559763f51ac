import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOFoundationCompat
import TesseraFiles
import TesseraModels
import TesseraServer

/// Models that tests share: those that ship, and a decoder of the fixtures.
let shippedModels = Result {
    var models = ServedModels()
    for task in ServedTask.allCases {
        guard let folder = task.shippedModel.flatMap(ShippedModels.folder) else { continue }
        try models.load(ModelFolder(folder), for: task)
    }
    try models.load(ModelFolder(fixture("text-llama")), for: .complete)
    try models.load(ModelFolder(fixture("text-gpt2-generation")), for: .complete)
    try models.load(ModelFolder(fixture("text-bert-qa")), for: .answer)
    try models.load(ModelFolder(fixture("text-bert-tokens")), for: .tag)
    try models.load(ModelFolder(fixture("text-bart")), for: .summarize)
    try models.load(ModelFolder(fixture("yolos-detection")), for: .detectObjects)
    try models.load(ModelFolder(fixture("owlvit")), for: .detectObjects)
    try models.load(ModelFolder(fixture("text-clip")), for: .classifyImage)
    return models
}

/// A path in the repository.
func repositoryPath(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../\(path)").standardized
        .path
}

func fixture(_ name: String) -> String { repositoryPath("Tests/Fixtures/\(name)") }

/// Answers that `body` asks for, of a server on loopback.
func withServer<Result>(
    _ limits: ServerLimits = .init(), models: ServedModels? = nil, keys: [String] = [],
    metrics: PrometheusMetrics? = nil, pingInterval: TimeAmount = .seconds(20),
    _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Result
) async throws -> Result {
    let router = Router()
    router.add(middleware: APIErrorMiddleware())
    let server = try TesseraServer(
        models ?? shippedModels.get(), limits: limits, keys: keys, metrics: metrics)
    server.addRoutes(to: router)
    server.addRealtimeRoute(to: router)
    let application = Application(
        router: router,
        server: .http1(
            configuration: .init(additionalChannelHandlers: [WebSocketUpgradeHandler(pingInterval: pingInterval)])))
    return try await application.test(.ahc(.http)) { try await body($0) }
}

/// A form, field by field; a field whose value is a file is `@path`, or `@@path` where its name is not told.
struct TestForm {
    var fields: [(name: String, value: String)]

    init(_ fields: [(String, String)]) { self.fields = fields.map { ($0.0, $0.1) } }

    var body: ByteBuffer {
        get throws {
            var buffer = ByteBuffer()
            for (name, value) in fields {
                let isFile = value.hasPrefix("@")
                let isNamed = isFile && !value.hasPrefix("@@")
                let fileName = isNamed ? "; filename=\"\(URL(fileURLWithPath: value).lastPathComponent)\"" : ""
                buffer.writeString(
                    "--boundary\r\nContent-Disposition: form-data; name=\"\(name)\"\(fileName)\r\n\r\n")
                if isFile {
                    buffer.writeData(try Data(contentsOf: URL(fileURLWithPath: String(value.drop { $0 == "@" }))))
                } else {
                    buffer.writeString(value)
                }
                buffer.writeString("\r\n")
            }
            buffer.writeString("--boundary--\r\n")
            return buffer
        }
    }
}

extension TestClientProtocol {
    /// Sends a form.
    func post(_ path: String, _ form: TestForm) async throws -> TestResponse {
        try await execute(
            uri: path, method: .post, headers: [.contentType: "multipart/form-data; boundary=boundary"],
            body: form.body)
    }

    /// Sends JSON.
    func post(_ path: String, json: String) async throws -> TestResponse {
        try await execute(
            uri: path, method: .post, headers: [.contentType: "application/json"], body: ByteBuffer(string: json))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// An object, with numbers as Double.
    var object: [String: Any] {
        get throws { try JSONSerialization.jsonObject(with: Data(buffer: body)) as? [String: Any] ?? [:] }
    }

    /// The member of an error.
    func error(_ member: String) throws -> String? { (try object["error"] as? [String: Any])?[member] as? String }
}
