// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]

func benchmark(_ name: String, path: String, of products: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: [
            "BenchmarkSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ] + products.map { .product(name: $0, package: "tessera") },
        path: path, swiftSettings: settings)
}

let package = Package(
    name: "tessera-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tessera", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .target(
            name: "BenchmarkSupport",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),
        benchmark("vision-benchmark", path: "Sources/VisionBenchmark", of: "TesseraVision"),
        benchmark("speech-benchmark", path: "Sources/SpeechBenchmark", of: "TesseraSpeech"),
        benchmark("training-benchmark", path: "Sources/TrainingBenchmark", of: "TesseraVision"),
        benchmark("accuracy-benchmark", path: "Sources/AccuracyBenchmark", of: "TesseraVision"),
        benchmark("speech-accuracy-benchmark", path: "Sources/SpeechAccuracyBenchmark", of: "TesseraSpeech"),
        benchmark("live-benchmark", path: "Sources/LiveBenchmark", of: "TesseraSpeech"),
        benchmark("speech-detector-benchmark", path: "Sources/SpeechDetectorBenchmark", of: "TesseraSpeech"),
        benchmark("forecasting-benchmark", path: "Sources/ForecastingBenchmark", of: "TesseraForecasting"),
        benchmark("zero-shot-benchmark", path: "Sources/ZeroShotBenchmark", of: "TesseraForecasting"),
        benchmark("series-accuracy-benchmark", path: "Sources/SeriesAccuracyBenchmark", of: "TesseraForecasting"),
        benchmark(
            "sharing-benchmark", path: "Sources/SharingBenchmark", of: "TesseraVision", "TesseraSpeech",
            "TesseraForecasting", "TesseraModels"),
        benchmark("tokenizer-benchmark", path: "Sources/TokenizerBenchmark", of: "TesseraLanguage"),
        benchmark("patchtst-reproduction", path: "Sources/PatchTSTReproduction", of: "TesseraForecasting"),
    ]
)
