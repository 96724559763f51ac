// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "forecasting",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tessera", path: "../..")],
    targets: [
        .executableTarget(
            name: "forecasting", dependencies: [.product(name: "TesseraForecasting", package: "tessera")])
    ]
)
