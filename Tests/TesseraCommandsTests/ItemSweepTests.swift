import TesseraCommands
import TesseraFiles
import TestSupport
import Testing

@Suite struct ItemSweepTests {
    private static let lines = """
        {"image": "a.png", "id": 7}

        {"image": "data:image/png;base64,iVBORw0KGgo=", "label": "frog", "error": 3}
        {"image": {"times": ["2020-01-01"], "values": [1, null]}}

        """

    /// What the lines of a manifest name, or say wrong, line by line.
    private static func read(_ path: String) throws {
        var source = try ItemSource(manifest: path, arguments: [], shard: nil, key: "image", results: ["label"])
        var damage: FileError?
        while let entry = try source.next() { if case .failure(let error) = entry.item { damage = error } }
        if let damage { throw damage }
    }

    @Test func everyDamagedManifestOfItemsIsReadOrRefused() throws {
        let folder = TemporaryFolder()
        try DamageSweep.inOwnProcess {
            try DamageSweep.run("items", Array(Self.lines.utf8), changes: 10_000, isText: true) { damaged in
                try Self.read(folder.write("items.jsonl", damaged))
            }
        }
    }

    /// The total is what a bar counts up to.
    @Test func totalsAreOfWhatComes() throws {
        let manifest = TemporaryFolder()
        let path = manifest.write("items.jsonl", Self.lines)
        for count in 1...5 {
            for index in 0..<count {
                for (manifest, arguments) in [(path, []), (nil, ["a", "b", "c", "d"])] as [(String?, [String])] {
                    let shard = try #require(Shard(argument: "\(index)/\(count)"))
                    var source = try ItemSource(
                        manifest: manifest, arguments: arguments, shard: shard, key: "image", results: [])
                    let total = try source.total()
                    var found = 0
                    while try source.next() != nil { found += 1 }
                    #expect(total == found, "\(index)/\(count)")
                }
            }
        }
        #expect(try ItemSource(manifest: "-", arguments: [], shard: nil, key: "image", results: []).total() == nil)
    }
}
