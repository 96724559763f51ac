// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "server",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tessera", path: "../.."),
        .package(name: "tessera-serving", path: "../../Serving"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "server",
            dependencies: [
                .product(name: "TesseraServer", package: "tessera-serving"),
                .product(name: "TesseraLanguage", package: "tessera"),
                .product(name: "TesseraModels", package: "tessera"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ])
    ]
)
