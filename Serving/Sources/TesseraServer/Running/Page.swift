internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// The page at `/`, for people with a browser.
enum Page {
    private static let files = [
        "api.js": PackageResources.api_js,
        "boxes.js": PackageResources.boxes_js,
        "chart.js": PackageResources.chart_js,
        "curves.js": PackageResources.curves_js,
        "elements.js": PackageResources.elements_js,
        "files.js": PackageResources.files_js,
        "forecast.js": PackageResources.forecast_js,
        "heat.js": PackageResources.heat_js,
        "index.html": PackageResources.index_html,
        "job.js": PackageResources.job_js,
        "key.js": PackageResources.key_js,
        "level.js": PackageResources.level_js,
        "live.js": PackageResources.live_js,
        "models.js": PackageResources.models_js,
        "page.css": PackageResources.page_css,
        "page.js": PackageResources.page_js,
        "pictures.js": PackageResources.pictures_js,
        "recorder-worklet.js": PackageResources.recorder_worklet_js,
        "recorder.js": PackageResources.recorder_js,
        "resampler.js": PackageResources.resampler_js,
        "scales.js": PackageResources.scales_js,
        "series.js": PackageResources.series_js,
        "speech.js": PackageResources.speech_js,
        "table.js": PackageResources.table_js,
        "tabs.js": PackageResources.tabs_js,
        "text-results.js": PackageResources.text_results_js,
        "text-tasks.js": PackageResources.text_tasks_js,
        "texts.js": PackageResources.texts_js,
        "times.js": PackageResources.times_js,
        "transcript.js": PackageResources.transcript_js,
        "wave.js": PackageResources.wave_js,
    ]

    /// What a browser may load for the page: its own files, and what its user brings; nothing of anybody else.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; \
        media-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    /// Adds a route for each file.
    static func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        for (name, bytes) in files {
            let (data, type) = (Data(bytes), type(of: name))
            router.only(.get, RouterPath(name == "index.html" ? "" : name)) { _, _ in answer(data, type) }
        }
    }

    private static func answer(_ data: Data, _ type: String) -> Response {
        var response = Response(bytes: data, type: type)
        response.headers[.contentSecurityPolicy] = policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-cache"
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        default: "text/javascript; charset=utf-8"
        }
    }
}

extension HTTPField.Name {
    fileprivate static var referrerPolicy: Self { Self("Referrer-Policy")! }
}
