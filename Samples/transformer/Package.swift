// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "transformer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tessera", path: "../..")],
    targets: [
        .executableTarget(
            name: "transformer",
            dependencies: [
                .product(name: "TesseraTransformer", package: "tessera"),
                .product(name: "TesseraDrawing", package: "tessera"),
            ])
    ]
)
