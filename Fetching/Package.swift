// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What client and hub are made of.
let network: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "Crypto", package: "swift-crypto"),
]

// A package of its own, so that nobody who depends on the library resolves or builds what speaks to the network.
let package = Package(
    name: "tessera-fetching",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tessera", path: ".."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .target(
            name: "HubFetching",
            dependencies: [
                .product(name: "TesseraCommands", package: "tessera"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ] + network,
            swiftSettings: settings),
        .executableTarget(
            name: "fetch-model",
            dependencies: [
                "HubFetching", .product(name: "TesseraCommands", package: "tessera"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/FetchModel",
            swiftSettings: settings),
        .target(
            name: "LoopbackHub",
            dependencies: network,
            path: "Tests/LoopbackHub", swiftSettings: settings),
        .executableTarget(
            name: "serve-hub",
            dependencies: ["LoopbackHub", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/ServeHub", swiftSettings: settings),
        .testTarget(
            name: "FetchModelTests",
            dependencies: [
                "fetch-model", "HubFetching", "LoopbackHub", .product(name: "TesseraCommands", package: "tessera"),
            ],
            swiftSettings: settings),
    ]
)
