internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import TesseraForecasting
internal import TesseraSeries

/// `POST /v1/forecasts`: series as JSON, or a table (CSV) as the field `file` of a form.
struct Forecasts: Sendable {
    let models: ServedModels

    func answer(_ request: Request, _ admitted: AdmittedRequest) async throws -> Response {
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false
        let asked =
            try await isForm
            ? ForecastRequest(Form.received(request, fileField: "file", admitted.limits))
            : ForecastRequest(request.decoded(as: ForecastRequest.Body.self, admitted.limits))
        let (name, forecaster) = try models.served(Forecaster.self, named: asked.model)
        let horizon = try (asked.horizon ?? forecaster.predictionLength).checked(
            "horizon", in: 1...admitted.limits.horizon)
        let levels = try asked.quantileLevels(of: forecaster)
        return try await admitted.compute {
            let (series, warnings) = try asked.series(admitted.limits)
            let histories = series.flatMap(\.histories)
            let forecasts = try forecaster.forecast(histories, horizon: horizon, quantileLevels: levels)
            let written = zip(histories, forecasts).map {
                WrittenForecast($1, behind: $0, count: asked.historyCount)
            }
            return Response(json: Body(model: name, forecasts: written, warnings: warnings))
        }
    }

    private struct Body: Encodable {
        let model: String
        let forecasts: [WrittenForecast]
        let warnings: [String]
    }
}

/// A forecast, as `forecast-series` writes it.
private struct WrittenForecast: Encodable {
    struct Step: Encodable {
        let time: String
        let mean: Float
        let values: [Float]
    }

    /// A value before the forecast; null where it is missing.
    struct Past: Encodable {
        let time: String
        let value: Double?

        private enum CodingKeys: String, CodingKey { case time, value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(time, forKey: .time)
            try container.encode(value, forKey: .value)
        }
    }

    let id: String
    let quantiles: [Double]
    let history: [Past]?
    let forecast: [Step]

    /// - Parameter count: how many of the history's last values are told.
    init(_ forecast: Forecast, behind history: History, count: Int) {
        let past = zip(history.times.suffix(count), history.values.suffix(count))
        self.history = count == 0 ? nil : past.map { Past(time: $0.description, value: $1.isNaN ? nil : $1) }
        (id, quantiles) = (forecast.name, forecast.quantileLevels)
        self.forecast = zip(forecast.times, zip(forecast.mean, forecast.quantiles)).map { time, values in
            Step(time: time.description, mean: Float(values.0), values: values.1.map { Float($0) })
        }
    }
}
