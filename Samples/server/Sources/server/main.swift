// Models in a Hummingbird application of one's own: it has a route of its own beside those of TesseraServer, asks itself whether a review is
// in favour, and ends. A real one would not ask itself, and go on.
import AsyncHTTPClient
import Hummingbird
import NIOCore
import ServiceLifecycle
import TesseraFiles
import TesseraModels
import TesseraServer

var models = ServedModels()
guard let folder = ShippedModels.folder(of: .sentiment) else { fatalError("the model that ships is not here") }
try models.load(ModelFolder(folder), for: .classify)

let router = Router()
router.get("hello") { _, _ in "Hello.\n" }
TesseraServer(models).addRoutes(to: router)

let (ports, opened) = AsyncStream<Int>.makeStream()
let application = Application(
    router: router, configuration: .init(address: .hostname(port: 0)),
    onServerRunning: { opened.yield($0.localAddress?.port ?? 0) })
let group = ServiceGroup(configuration: .init(services: [application], logger: application.logger))
async let serving: Void = group.run()

for await port in ports.prefix(1) {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/text/classify")
    (request.method, request.body) = (.POST, .bytes(ByteBuffer(string: #"{"input": "A quiet, beautiful film."}"#)))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    print(String(buffer: try await answer.body.collect(upTo: 1 << 20)))
}
await group.triggerGracefulShutdown()
try await serving
