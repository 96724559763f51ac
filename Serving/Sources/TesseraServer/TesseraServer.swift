public import Hummingbird
public import TesseraSpeech

/// Answers requests over HTTP with models of this package: OpenAI's API for speech, embeddings and completions, and routes of the same
/// style for pictures, series and texts. It is mounted into any Hummingbird application.
///
/// ```swift
/// var models = ServedModels()
/// try models.load(ModelFolder("whisper-tiny"), for: .transcribeAudio)
/// let router = Router()
/// TesseraServer(models).addRoutes(to: router)
/// try await Application(router: router).runService()
/// ```
///
/// Applications that read a request's body before the routes do must give it back unchanged.
public struct TesseraServer: Sendable {
    private let models: ServedModels
    private let scheduler: Scheduler
    private let keys: APIKeys
    private let metrics: PrometheusMetrics?
    private let transcription: TranscriptionOptions

    /// - Parameters:
    ///   - models: what requests are answered with.
    ///   - limits: how much of the machine requests may take.
    ///   - keys: one of which a request must bring; none are asked for where there are none.
    ///   - transcription: how recordings are transcribed where a request does not say it.
    ///   - metrics: what `/metrics` tells; there is no such route where nil. It is to be the system's
    ///     (`MetricsSystem.bootstrap`), so that it hears of all that is counted.
    public init(
        _ models: ServedModels, limits: ServerLimits = .init(), keys: [String] = [],
        transcription: TranscriptionOptions = .init(), metrics: PrometheusMetrics? = nil
    ) {
        (self.models, self.transcription, self.metrics) = (models, transcription, metrics)
        scheduler = Scheduler(limits)
        self.keys = APIKeys(keys)
    }

    /// Adds the page at `/` and its files, for people with a browser. It needs no key, and asks for one where the routes do.
    public func addPage<Context: RequestContext>(to router: some RouterMethods<Context>) {
        Page.addRoutes(to: router.group().add(middleware: APIErrorMiddleware()))
    }

    /// Adds the routes under `/v1`, and `/health`, `/ready`, `/openapi.json` and `/metrics`, which need no key.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let open = router.group().add(middleware: APIErrorMiddleware())
        open.only(.get, "health") { _, _ in Response(text: "ok\n") }
        open.only(.get, "ready") { _, _ in Response(text: "ready\n") }
        let description = Description(models, scheduler.limits)
        open.only(.get, "openapi.json") { _, _ in description.response }
        if let metrics {
            BatchMeasures.begin()
            open.only(.get, "metrics") { _, _ in
                ServerGauges.update(scheduler)
                return Response(text: metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
            }
        }
        let group = router.group("v1").add(middleware: APIErrorMiddleware()).add(middleware: KeyMiddleware(keys: keys))
        let list = ModelList(models)
        group.only(.get, "models") { _, _ in Response(json: list) }
        group.only(.get, "models/**") { _, context in try list.answer(context.parameters.getCatchAll()) }
        addAudioRoutes(to: group)
        addTextRoutes(to: group)
        addPictureAndSeriesRoutes(to: group)
    }

    /// Adds `GET /v1/realtime`, a WebSocket that speech is sent to as it is spoken. The connections must have a `WebSocketUpgradeHandler`.
    public func addRealtimeRoute<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let route = RealtimeRoute(models: models, usual: transcription, admitsOtherOrigins: keys.areAskedFor)
        router.group("v1").add(middleware: APIErrorMiddleware()).add(middleware: KeyMiddleware(keys: keys))
            .only(.get, "realtime") { request, _ in try route.answer(request, scheduler) }
    }

    private func addAudioRoutes<Context: RequestContext>(to group: RouterGroup<Context>) {
        var translation = transcription
        translation.task = .translate
        addLong("audio/transcriptions", to: group, Transcriptions(models: models, usual: transcription).answer)
        addLong("audio/translations", to: group, Transcriptions(models: models, usual: translation).answer)
    }

    private func addTextRoutes<Context: RequestContext>(to group: RouterGroup<Context>) {
        add("embeddings", to: group, Embeddings(models: models).answer)
        add("text/classify", to: group, ClassifyRoute(models: models).answer)
        add("text/tag", to: group, TagRoute(models: models).answer)
        add("text/answer", to: group, AnswerRoute(models: models).answer)
        addLong("completions", to: group, Completions(models: models, isChat: false).answer)
        addLong("chat/completions", to: group, Completions(models: models, isChat: true).answer)
        addLong("text/translate", to: group, WritingRoutes(models: models).translate)
        addLong("text/summarize", to: group, WritingRoutes(models: models).summarize)
    }

    private func addPictureAndSeriesRoutes<Context: RequestContext>(to group: RouterGroup<Context>) {
        add("images/classifications", to: group, PictureRoutes(models: models).classify)
        addLong("images/detections", to: group, Detections(models: models).answer)
        add("images/embeddings", to: group, PictureRoutes(models: models).embed)
        add("forecasts", to: group, Forecasts(models: models).answer)
    }

    /// Adds a route whose answer takes milliseconds.
    private func add<Context: RequestContext>(
        _ path: RouterPath, to group: RouterGroup<Context>,
        _ answer: @escaping @Sendable (Request, AdmittedRequest) async throws -> Response
    ) {
        group.only(.post, path) { request, _ in try await answer(request, scheduler.admit()) }
    }

    /// Adds a route whose answer takes seconds: it is given up when the client leaves.
    private func addLong<Context: RequestContext>(
        _ path: RouterPath, to group: RouterGroup<Context>,
        _ answer: @escaping @Sendable (Request, AdmittedRequest) async throws -> Response
    ) {
        group.only(.post, path) { request, _ in
            let admitted = try scheduler.admit()
            return try await request.whileClientListens { try await answer($0, admitted) }
        }
    }
}
