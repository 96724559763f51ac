// swift-tools-version: 6.1
import PackageDescription

/// Settings every Swift target shares: Swift 6 language mode comes with the tools version.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A system library that Swift can call through a module map alone.
func system(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

// Its pkg-config file has a flag for Windows that SwiftPM complains of; Linux has the header where compilers look for it.
#if os(Linux)
let utf8proc: String? = nil
#else
let utf8proc: String? = "libutf8proc"
#endif

/// The folders of `Models`.
let shippedModels = ["vit-cifar10", "speech-digits", "speech-detector", "forecaster", "sentiment", "translate-de-en"]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "tessera",
    platforms: [.macOS(.v15)],
    products: [
        // With the modules whose types its API speaks of, so that dependants can import them.
        .library(
            name: "TesseraVision",
            targets: [
                "TesseraVision", "TesseraTraining", "TesseraImage", "TesseraTransformer", "TesseraLayers",
                "TesseraFiles", "TesseraTensor",
            ]),
        .library(
            name: "TesseraSpeech",
            targets: [
                "TesseraSpeech", "TesseraTraining", "TesseraAudio", "TesseraText", "TesseraTransformer",
                "TesseraLayers", "TesseraFiles", "TesseraTensor",
            ]),
        .library(
            name: "TesseraLanguage",
            targets: [
                "TesseraLanguage", "TesseraTraining", "TesseraText", "TesseraTransformer", "TesseraLayers",
                "TesseraFiles", "TesseraTensor",
            ]),
        .library(
            name: "TesseraForecasting",
            targets: [
                "TesseraForecasting", "TesseraTraining", "TesseraSeries", "TesseraTransformer", "TesseraLayers",
                "TesseraFiles", "TesseraTensor",
            ]),
        // The core by itself, to assemble and train Transformers of one's own, and to draw what they look at.
        .library(
            name: "TesseraTransformer",
            targets: ["TesseraTransformer", "TesseraTraining", "TesseraLayers", "TesseraFiles", "TesseraTensor"]),
        .library(name: "TesseraDrawing", targets: ["TesseraDrawing"]),
        .library(name: "TesseraModels", targets: ["TesseraModels"]),
        // For the command that is a package of its own, Fetching; it promises nothing to others.
        .library(name: "TesseraCommands", targets: ["TesseraCommands", "TesseraFiles"]),
        .executable(name: "classify-image", targets: ["classify-image"]),
        .executable(name: "detect-objects", targets: ["detect-objects"]),
        .executable(name: "segment-image", targets: ["segment-image"]),
        .executable(name: "search-images", targets: ["search-images"]),
        .executable(name: "transcribe-audio", targets: ["transcribe-audio"]),
        .executable(name: "classify-audio", targets: ["classify-audio"]),
        .executable(name: "transform-text", targets: ["transform-text"]),
        .executable(name: "forecast-series", targets: ["forecast-series"]),
        .executable(name: "train-model", targets: ["train-model"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // C libraries
        .target(name: "CTesseraVector"),
        .target(
            name: "CTesseraOneDNN",
            linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp", .when(platforms: [.linux]))]),
        system("CTesseraLibPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
        .target(name: "CTesseraPNG", dependencies: ["CTesseraLibPNG", "CTesseraZlib"]),
        system("CTesseraTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev", brew: "jpeg-turbo"),
        system("CTesseraWebP", pkgConfig: "libwebpdemux", apt: "libwebp-dev", brew: "webp"),
        system("CTesseraZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        system("CTesseraSndFile", pkgConfig: "sndfile", apt: "libsndfile1-dev", brew: "libsndfile"),
        system("CTesseraMPG123", pkgConfig: "libmpg123", apt: "libmpg123-dev", brew: "mpg123"),
        system("CTesseraSoxr", pkgConfig: "soxr", apt: "libsoxr-dev", brew: "libsoxr"),
        system("CTesseraFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev", brew: "fftw"),
        system("CTesseraUTF8Proc", pkgConfig: utf8proc, apt: "libutf8proc-dev", brew: "utf8proc"),
        system("CTesseraCairo", pkgConfig: "cairo", apt: "libcairo2-dev", brew: "cairo"),

        // The engine and files
        library("TesseraTensor", ["CTesseraVector", "CTesseraOneDNN"]),
        library("TesseraFiles", ["TesseraTensor"]),
        library("TesseraLayers", ["TesseraTensor", "TesseraFiles"]),
        library("TesseraTransformer", ["TesseraLayers", "TesseraFiles", "TesseraTensor"]),
        library("TesseraText", ["CTesseraUTF8Proc", "TesseraFiles"]),
        library("TesseraTraining", ["TesseraLayers", "TesseraFiles", "TesseraTensor"]),

        // Front-ends
        library("TesseraImage", ["CTesseraPNG", "CTesseraTurboJPEG", "CTesseraWebP", "TesseraTensor", "TesseraFiles"]),
        library(
            "TesseraAudio",
            ["CTesseraSndFile", "CTesseraMPG123", "CTesseraSoxr", "CTesseraFFTW", "TesseraTensor", "TesseraFiles"]),
        library("TesseraSeries", ["TesseraFiles"]),

        // Pictures and plots
        library("TesseraDrawing", ["CTesseraCairo"]),

        // The products
        library("TesseraVision", ["TesseraTransformer", "TesseraTraining", "TesseraImage", "TesseraText"]),
        library(
            "TesseraSpeech",
            [
                "TesseraTransformer", "TesseraTraining", "TesseraLayers", "TesseraAudio", "TesseraText",
                "TesseraModels",
                "TesseraFiles", "TesseraTensor", "CTesseraZlib",
            ]),
        library(
            "TesseraForecasting",
            [
                "TesseraTransformer", "TesseraTraining", "TesseraLayers", "TesseraSeries", "TesseraModels",
                "TesseraFiles", "TesseraTensor",
            ]),

        library(
            "TesseraLanguage",
            [
                "TesseraTransformer", "TesseraTraining", "TesseraLayers", "TesseraText", "TesseraFiles",
                "TesseraTensor",
            ]),

        // What ships
        .target(
            name: "CTesseraModels", path: "Models",
            exclude: shippedModels.map { $0 + "/README.md" }, resources: shippedModels.map { .copy($0) }),
        library("TesseraModels", ["CTesseraModels"]),

        // The commands
        library("TesseraCommands", ["TesseraFiles", "TesseraTensor", argumentParser]),
        library("TesseraImageCommands", ["TesseraImage", "TesseraCommands", "TesseraFiles", argumentParser]),
        library("TesseraAudioCommands", ["TesseraAudio", "TesseraCommands", "TesseraFiles"]),
        library("TesseraSeriesCommands", ["TesseraSeries", argumentParser]),
        .executableTarget(
            name: "classify-image",
            dependencies: [
                "TesseraVision", "TesseraImage", "TesseraTransformer", "TesseraTensor", "TesseraFiles",
                "TesseraDrawing", "TesseraModels", "TesseraCommands", "TesseraImageCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "detect-objects",
            dependencies: [
                "TesseraVision", "TesseraImage", "TesseraTransformer", "TesseraFiles", "TesseraDrawing",
                "TesseraModels", "TesseraCommands", "TesseraImageCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "segment-image",
            dependencies: [
                "TesseraVision", "TesseraImage", "TesseraTransformer", "TesseraFiles", "TesseraDrawing",
                "TesseraModels", "TesseraCommands", "TesseraImageCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "search-images",
            dependencies: [
                "TesseraVision", "TesseraImage", "TesseraTransformer", "TesseraFiles", "TesseraDrawing",
                "TesseraModels", "TesseraCommands", "TesseraImageCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "transcribe-audio",
            dependencies: [
                "TesseraSpeech", "TesseraAudio", "TesseraFiles", "TesseraDrawing", "TesseraModels",
                "TesseraCommands", "TesseraAudioCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "classify-audio",
            dependencies: [
                "TesseraSpeech", "TesseraAudio", "TesseraFiles", "TesseraModels", "TesseraCommands",
                "TesseraAudioCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "transform-text",
            dependencies: [
                "TesseraLanguage", "TesseraTransformer", "TesseraTensor", "TesseraFiles", "TesseraDrawing",
                "TesseraModels", "TesseraCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "forecast-series",
            dependencies: [
                "TesseraForecasting", "TesseraSeries", "TesseraFiles", "TesseraDrawing", "TesseraModels",
                "TesseraCommands", "TesseraSeriesCommands", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "train-model",
            dependencies: [
                "TesseraVision", "TesseraSpeech", "TesseraForecasting", "TesseraLanguage", "TesseraTraining",
                "TesseraTransformer", "TesseraImage", "TesseraAudio", "TesseraSeries", "TesseraLayers", "TesseraTensor",
                "TesseraFiles", "TesseraModels", "TesseraCommands", "TesseraSeriesCommands", argumentParser,
            ],
            swiftSettings: strict),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["TesseraTransformer", "TesseraFiles", "TesseraTensor"],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("CTesseraVector", []),
        tests("CTesseraOneDNN", []),
        tests("TesseraTensor", ["TestSupport"]),
        tests("TesseraLayers", ["TesseraFiles", "TesseraTensor", "TestSupport"]),
        tests("TesseraTraining", ["TesseraLayers", "TesseraFiles", "TesseraTensor", "TestSupport"]),
        tests(
            "TesseraTransformer",
            ["TesseraTraining", "TesseraLayers", "TesseraFiles", "TesseraTensor", "TestSupport"]),
        tests("TesseraFiles", ["TesseraTensor", "TestSupport"]),
        tests(
            "TesseraLanguage",
            [
                "TesseraTransformer", "TesseraTraining", "TesseraLayers", "TesseraText", "TesseraFiles",
                "TesseraTensor", "TestSupport",
            ]),
        tests("TesseraText", ["TesseraFiles", "TestSupport"]),
        tests("TesseraImage", ["TesseraTensor", "TesseraFiles", "TestSupport"]),
        tests("TesseraAudio", ["TesseraTensor", "TesseraFiles", "TestSupport"]),
        tests(
            "TesseraVision",
            ["TesseraTraining", "TesseraImage", "TesseraLayers", "TesseraTensor", "TesseraFiles", "TestSupport"]),
        tests(
            "TesseraSpeech",
            [
                "TesseraTraining", "TesseraAudio", "TesseraText", "TesseraTransformer", "TesseraLayers", "TesseraFiles",
                "TesseraTensor", "TestSupport",
            ]),
        tests("TesseraSeries", ["TesseraFiles", "TestSupport"]),
        tests(
            "TesseraForecasting",
            [
                "TesseraTraining", "TesseraSeries", "TesseraTransformer", "TesseraLayers", "TesseraFiles",
                "TesseraTensor", "TestSupport",
            ]),
        tests("TesseraDrawing", []),
        .testTarget(
            name: "FailureTests",
            dependencies: [
                "TesseraVision", "TesseraSpeech", "TesseraForecasting", "TesseraTraining", "TesseraModels",
                "TesseraLayers", "TesseraImage", "TesseraAudio", "TesseraSeries", "TesseraFiles", "TesseraTensor",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReadmeTests",
            dependencies: [
                "TesseraVision", "TesseraSpeech", "TesseraForecasting", "TesseraLanguage", "TesseraImage",
                "TesseraAudio",
                "TesseraSeries", "TesseraFiles", "TestSupport",
            ],
            swiftSettings: strict),
        tests("TesseraCommands", ["TesseraFiles", "TesseraTensor", "TestSupport", argumentParser]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "classify-image", "detect-objects", "segment-image", "search-images", "transcribe-audio",
                "classify-audio",
                "forecast-series", "transform-text", "train-model", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClassifyImageTests", dependencies: ["classify-image", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DetectObjectsTests",
            dependencies: ["detect-objects", "TesseraVision", "TesseraTensor", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SegmentImageTests",
            dependencies: [
                "segment-image", "TesseraVision", "TesseraImage", "TesseraTensor", "TesseraFiles", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SearchImagesTests", dependencies: ["search-images", "TesseraVision", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TransformTextTests",
            dependencies: ["transform-text", "TesseraLanguage", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TranscribeAudioTests",
            dependencies: ["transcribe-audio", "TesseraSpeech", "TesseraAudio", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ClassifyAudioTests", dependencies: ["classify-audio", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ForecastSeriesTests", dependencies: ["forecast-series", "TesseraFiles", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainModelTests",
            dependencies: [
                "train-model", "TesseraVision", "TesseraSpeech", "TesseraLanguage", "TesseraForecasting",
                "TesseraImage", "TesseraAudio",
                "TesseraSeries", "TesseraFiles", "TestSupport",
            ],
            swiftSettings: strict),
    ]
)
