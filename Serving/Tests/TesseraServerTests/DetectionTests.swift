import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TesseraFiles
import TesseraImage
import TesseraServer
import TesseraVision
import Testing

/// What is found in pictures, and labels in words.
struct DetectionTests {
    static let path = "/v1/images/detections"
    /// Of a detector with labels of its own, and of one that is told what to find.
    private static let (yolos, owl) = ("yolos-detection", "owlvit")
    private static let queries = ["a red boat", "the green tree by the river", "Lanterns!"]

    private static func picture(_ model: String) -> String { fixture("\(model)/picture0.png") }

    /// An answer's objects, as the library has them.
    private func objects(_ response: TestResponse) throws -> [DetectedObject] {
        let objects = try #require(try response.object["objects"] as? [[String: Any]], "\(response.text)")
        return try objects.map { object in
            let box = try #require(object["box"] as? [String: Double]).mapValues { Float($0) }
            return DetectedObject(
                label: object["label"] as? String ?? "", index: object["index"] as? Int ?? -1,
                score: Float(object["score"] as? Double ?? -1),
                box: BoundingBox(
                    xmin: box["xmin"] ?? .nan, ymin: box["ymin"] ?? .nan, xmax: box["xmax"] ?? .nan,
                    ymax: box["ymax"] ?? .nan))
        }
    }

    @Test func objectsAreTheLibrarys() async throws {
        let path = Self.picture(Self.yolos)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let (raw, form) = try await withServer { client in
            (
                try await client.execute(
                    uri: Self.path + "?threshold=0.38", method: .post, headers: [.contentType: "image/png"],
                    body: ByteBuffer(bytes: bytes)),
                try await client.post(Self.path, TestForm([("threshold", "0.38"), ("image", "@" + path)]))
            )
        }
        let image = try RGBImage.read(path).image
        let expected = try ObjectDetector(ModelFolder(fixture(Self.yolos))).detect(image, threshold: 0.38)
        #expect(!expected.isEmpty)
        for response in [raw, form] {
            #expect(try objects(response) == expected)
            #expect(try response.object["width"] as? Int == image.width)
            #expect(try response.object["model"] as? String == Self.yolos)
        }
    }

    /// With commas between them, in fields of their own, or in some of either.
    @Test(arguments: [nil, "a photo of {}"], [0, 1, 3])
    func whatWordsNameIsFound(template: String?, listedCount: Int) async throws {
        let path = Self.picture(Self.owl)
        var fields = [("model", Self.owl), ("threshold", "0.43"), ("image", "@" + path)]
        if let template { fields.append(("template", template)) }
        let (single, listed) = (Self.queries.dropLast(listedCount), Self.queries.suffix(listedCount))
        fields += single.map { ("labels[]", $0) } + [("labels", listed.joined(separator: ", "))]
        let form = TestForm(fields)
        let folder = try ModelFolder(fixture(Self.owl))
        let expected = try ObjectDetector(folder).labelled(
            Self.queries, template: template ?? "{}", by: TextTower(folder)
        ).detect(RGBImage.read(path).image, threshold: 0.43)
        // What the tower made of the labels is there the second time.
        let responses = try await withServer { client in
            [try await client.post(Self.path, form), try await client.post(Self.path, form)]
        }
        for response in responses { #expect(try objects(response) == expected) }
        if template == nil { #expect(!expected.isEmpty) }
    }

    /// The address may say what a form says, with its spaces in either way.
    @Test(arguments: ["+", "%20"])
    func theAddressMayNameLabels(space: String) async throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.picture(Self.owl)))
        let names = Self.queries.map { $0.replacing(" ", with: space) }
        let uri =
            "\(Self.path)?model=\(Self.owl)&threshold=0.43&labels=\(names[0]),\(names[1])&labels%5B%5D=\(names[2])"
        let response = try await withServer {
            try await $0.execute(uri: uri, method: .post, body: ByteBuffer(bytes: bytes))
        }
        let found = Set(try objects(response).map(\.label))
        #expect(!found.isEmpty && found.isSubset(of: Self.queries), "\(response.text)")
    }

    /// Pictures of requests with different labels pass the tower together, and each is told of its own.
    @Test func manyLabelsAtOnceAreKeptApart() async throws {
        let path = fixture("text-clip/picture0.png")
        let lists = (1...8).map { count in (0..<count).map { "thing number \($0) of \(count)" } }
        let responses = try await withServer { client in
            try await withThrowingTaskGroup(of: (Int, TestResponse).self) { group in
                for (index, labels) in (0..<6).flatMap({ _ in lists.enumerated() }) {
                    let fields = [("model", "text-clip"), ("image", "@" + path)] + labels.map { ("labels[]", $0) }
                    group.addTask { (index, try await client.post("/v1/images/classifications", TestForm(fields))) }
                }
                return try await group.reduce(into: [(Int, TestResponse)]()) { $0.append($1) }
            }
        }
        let folder = try ModelFolder(fixture("text-clip"))
        let (classifier, tower) = (try ImageClassifier(folder), try TextTower(folder))
        let image = try RGBImage.read(path).image
        let expected = try lists.map { try classifier.labelled($0, by: tower).classify(image) }
        #expect(responses.count == 48)
        for (index, response) in responses {
            let predictions = try #require(try response.object["predictions"] as? [[String: Any]], "\(response.text)")
            #expect(predictions.map { $0["label"] as? String } == expected[index].map(\.label))
            let logits = predictions.compactMap { ($0["logit"] as? Double).map { Float($0) } }
            #expect(logits == expected[index].map(\.logit))
        }
    }

    private static let refusals: [(String, String, [(String, String)], String)] = [
        (path, "yolos-detection", [("labels", "a cat")], "labels"), (path, "owlvit", [], "labels"),
        (path, "owlvit", [("labels", "a,,b")], "labels"), (path, "owlvit", [("labels", "a, a")], "labels"),
        (path, "owlvit", [("labels", "a"), ("template", "a photo")], "template"),
        (path, "owlvit", [("labels", "a"), ("template", "{} and {}")], "template"),
        (path, "yolos-detection", [("template", "{}")], "template"),
        (path, "yolos-detection", [("threshold", "2")], "threshold"),
        (path, "yolos-detection", [("threshold", "nan")], "threshold"),
        (path, "yolos-detection", [("threshold", "much")], "threshold"),
        ("/v1/images/classifications", "vit-cifar10", [("labels", "a cat")], "labels"),
        ("/v1/images/classifications", "text-clip", [], "labels"),
    ]

    @Test(arguments: refusals)
    func whatIsWrongIsNamed(path: String, model: String, fields: [(String, String)], parameter: String) async throws {
        let form = TestForm([("model", model), ("image", "@" + Self.picture(Self.yolos))] + fields)
        let response = try await withServer { try await $0.post(path, form) }
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == parameter, "\(response.text)")
    }

    @Test func tooManyLabelsAreRefused() async throws {
        var limits = ServerLimits()
        limits.textCount = 2
        let form = TestForm([
            ("model", Self.owl), ("labels", "a,b,c"), ("image", "@" + Self.picture(Self.owl)),
        ])
        let response = try await withServer(limits) { try await $0.post(Self.path, form) }
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == "labels")
    }

    /// Of those that were asked for last, as many are kept as there is room for.
    @Test func listsOfLabelsAreKeptWithinABound() {
        let models = LabelledModels<Int>(labelLimit: 5)
        var madeCount = 0
        func made(_ names: String) -> Int {
            models.model(LabelsInWords(names: names.map(String.init), template: nil)) {
                madeCount += 1
                return madeCount
            }
        }
        let uses = [
            ("ab", 1), ("cd", 2), ("ab", 1),
            // Too many for all three: the second was used longest ago.
            ("ef", 3), ("ab", 1), ("cd", 4),
            // One that is too long by itself is kept alone.
            ("123456", 5), ("123456", 5), ("ab", 6),
        ]
        for (names, number) in uses { #expect(made(names) == number, "\(names)") }
    }
}
