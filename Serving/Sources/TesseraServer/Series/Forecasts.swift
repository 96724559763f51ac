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
            let forecasts = try forecaster.forecast(
                series.flatMap(\.histories), horizon: horizon, quantileLevels: levels)
            return Response(
                json: Body(model: name, forecasts: forecasts.map(WrittenForecast.init), warnings: warnings))
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

    let id: String
    let quantiles: [Double]
    let forecast: [Step]

    init(_ forecast: Forecast) {
        (id, quantiles) = (forecast.name, forecast.quantileLevels)
        self.forecast = zip(forecast.times, zip(forecast.mean, forecast.quantiles)).map { time, values in
            Step(time: time.description, mean: Float(values.0), values: values.1.map { Float($0) })
        }
    }
}
