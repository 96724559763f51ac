// swift-tools-version: 6.1
import PackageDescription

// Built by `make fuzz` alone, with -sanitize=fuzzer,address for this package and the library: see README.md.
let package = Package(
    name: "tessera-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tessera", path: "..")],
    targets: [
        .target(name: "CFuzzer"),
        // A link to the server's, which comes without the packages that a server needs.
        .target(
            name: "TesseraForms",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
        .executableTarget(
            name: "fuzz-parsers",
            dependencies: [
                "CFuzzer", "TesseraForms", .product(name: "TesseraVision", package: "tessera"),
                .product(name: "TesseraSpeech", package: "tessera"),
                .product(name: "TesseraForecasting", package: "tessera"),
                .product(name: "TesseraLanguage", package: "tessera"),
            ],
            path: "Sources/FuzzParsers",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
    ]
)
