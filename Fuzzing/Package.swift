// swift-tools-version: 6.1
import PackageDescription

// Built by `make fuzz` alone, with -sanitize=fuzzer,address for this package and the library: see README.md.
let package = Package(
    name: "tessera-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tessera", path: "..")],
    targets: [
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz-parsers",
            dependencies: [
                "CFuzzer", .product(name: "TesseraVision", package: "tessera"),
                .product(name: "TesseraSpeech", package: "tessera"),
                .product(name: "TesseraForecasting", package: "tessera"),
            ],
            path: "Sources/FuzzParsers",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
    ]
)
