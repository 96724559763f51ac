internal import ArgumentParser
internal import Foundation
internal import LoopbackHub

/// Serves folders as a hub does, for checks by hand: `serve-hub --port 8123 FOLDER`, where FOLDER holds OWNER/NAME/file….
@main struct ServeHub: ParsableCommand {
    @Option var port = 8123
    @Argument var folder: String

    func run() throws {
        let hub = try LoopbackHub(try repositories(), port: port)
        print(hub.endpoint)
        while true { pause() }
    }

    private func repositories() throws -> [HostedRepository] {
        try contents(folder).flatMap { owner in
            try contents("\(folder)/\(owner)").map { name in
                HostedRepository("\(owner)/\(name)", try files("\(folder)/\(owner)/\(name)"))
            }
        }
    }

    private func files(_ folder: String) throws -> [HostedFile] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try names.sorted().compactMap { name in
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            return !isThere || isFolder.boolValue ? nil : try HostedFile(name, file: "\(folder)/\(name)")
        }
    }

    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
