import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TesseraForecasting
import TesseraImage
import TesseraModels
import TesseraSeries
import TesseraServer
import TesseraVision
import Testing

private let table = repositoryPath("Samples/series/bicycle-rentals.csv")

struct PictureAndSeriesTests {
    @Test(arguments: ["frog.png", "dog.jpg"])
    func picturesAreClassifiedAsByTheLibrary(name: String) async throws {
        let path = repositoryPath("Samples/pictures/\(name)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let (raw, form, features) = try await withServer { client in
            (
                try await client.execute(
                    uri: "/v1/images/classifications?top_k=3", method: .post, headers: [.contentType: "image/png"],
                    body: ByteBuffer(bytes: bytes)),
                try await client.post(
                    "/v1/images/classifications", TestForm([("top_k", "3"), ("image", "@" + path)])),
                try await client.post("/v1/images/embeddings", TestForm([("image", "@" + path)]))
            )
        }
        let folder = try #require(ShippedModels.folder(of: .vitCIFAR10))
        let classifier = try ImageClassifier(folder: folder)
        let image = try RGBImage.read(path).image
        let expected = try classifier.classify(image, topK: 3)
        for response in [raw, form] {
            let predictions = try #require(try response.object["predictions"] as? [[String: Any]])
            #expect(predictions.compactMap { $0["label"] as? String } == expected.map(\.label))
            #expect(predictions.compactMap { ($0["logit"] as? Double).map { Float($0) } } == expected.map(\.logit))
        }
        let data = try #require(try features.object["data"] as? [[String: Any]])
        let values = try #require(data[0]["embedding"] as? [Double]).map { Float($0) }
        #expect(values == (try classifier.features([image]).values))
    }

    @Test func whatIsNoPictureIsRefused() async throws {
        let responses = try await withServer { client in
            [
                try await client.post("/v1/images/classifications", TestForm([("image", "@" + table)])),
                try await client.post("/v1/images/classifications", json: ""),
                try await client.post("/v1/images/classifications", TestForm([("file", "x")])),
            ]
        }
        #expect(responses.map(\.status) == [.badRequest, .badRequest, .badRequest])
        let message = try responses[0].error("message") ?? ""
        #expect(message.hasPrefix("bicycle-rentals.csv: "))
    }

    @Test func tablesAreForecastAsByTheLibrary() async throws {
        let response = try await withServer {
            try await $0.post(
                "/v1/forecasts",
                TestForm([("horizon", "5"), ("quantile_levels", "0.2, 0.5"), ("file", "@" + table)]))
        }
        let history = try SeriesFile(table).series[0].histories[0]
        let expected = try Forecaster.shipped.forecast([history], horizon: 5, quantileLevels: [0.2, 0.5])[0]
        let forecasts = try #require(try response.object["forecasts"] as? [[String: Any]])
        let steps = try #require(forecasts[0]["forecast"] as? [[String: Any]])
        #expect(steps.compactMap { $0["time"] as? String } == expected.times.map(\.description))
        #expect(steps.compactMap { ($0["mean"] as? Double).map { Float($0) } } == expected.mean.map { Float($0) })
    }

    @Test func seriesAreForecastAsByTheLibrary() async throws {
        let json = """
            {"series": [{"id": "a", "start": "2024-01-01", "frequency": "D", "values": [1, 2, null, 4, 5, 6, 7, 8]},
             {"start": "2024-01-01 00:00", "frequency": "h", "values": [3, 1, 3, 1, 3, 1]}], "horizon": 2}
            """
        let response = try await withServer { try await $0.post("/v1/forecasts", json: json) }
        let forecasts = try #require(try response.object["forecasts"] as? [[String: Any]])
        #expect(forecasts.compactMap { $0["id"] as? String } == ["a", "value"])
        let start = try #require(Timestamp("2024-01-01"))
        let series = try Series([1, 2, .nan, 4, 5, 6, 7, 8], named: "a", from: start, every: Frequency(.day))
        let expected = try Forecaster.shipped.forecast(series, horizon: 2)[0]
        let steps = try #require(forecasts[0]["forecast"] as? [[String: Any]])
        #expect(
            steps.compactMap { $0["values"] as? [Double] }.map { $0.map { Float($0) } }
                == expected.quantiles.map { $0.map { Float($0) } })
    }

    @Test(arguments: [
        ("{\"series\": {\"start\": \"x\", \"frequency\": \"D\", \"values\": [1]}}", "series.0.start"),
        ("{\"series\": {\"start\": \"2024\", \"frequency\": \"odd\", \"values\": [1]}}", "frequency"),
        ("{\"series\": [], \"horizon\": 1}", "series"),
        ("{\"series\": {\"start\": \"2024\", \"frequency\": \"Y\", \"values\": [1]}, \"horizon\": 0}", "horizon"),
        (
            "{\"series\": {\"start\": \"2024\", \"frequency\": \"Y\", \"values\": [1]}, \"quantile_levels\": [2]}",
            "quantile_levels"
        ),
        ("{\"series\": {\"start\": \"2024\", \"frequency\": \"Y\", \"values\": []}}", nil),
    ])
    func whatIsWrongIsNamed(json: String, parameter: String?) async throws {
        let response = try await withServer { try await $0.post("/v1/forecasts", json: json) }
        #expect(response.status == .badRequest)
        #expect(try response.error("param") == parameter)
    }
}
