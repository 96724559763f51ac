import TesseraFiles
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// The index of embeddings that pictures are searched in.
@Suite struct ImageIndexTests {
    private let folder = TemporaryFolder()
    private let state: FileState

    init() throws {
        folder.write("a.png", [1, 2, 3])
        state = try #require(FileState(folder.file("a.png")))
    }

    private func index(_ count: Int, size: Int, seed: UInt64 = 7) -> (index: ImageIndex, rows: [[Float]]) {
        var random = SplitMix(state: seed)
        let rows = (0..<count).map { _ in (0..<size).map { _ in Float(Int(random.next() % 2001)) / 1000 - 1 } }
        var index = ImageIndex(model: "m")
        index.insert(rows.enumerated().map { (name: "\($0).png", state: state, embedding: $1) })
        return (index, rows)
    }

    /// Whatever the size, against cosines in double precision.
    @Test(arguments: [(1, 3), (40, 16), (300, 37), (9000, 24)])
    func theMostAlikeComeFirst(count: Int, size: Int) throws {
        let (index, rows) = index(count, size: size)
        let query = rows[count / 2]
        func cosine(_ row: [Float]) -> Double {
            func product(_ a: [Float], _ b: [Float]) -> Double {
                zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            return product(row, query) / (product(row, row) * product(query, query)).squareRoot()
        }
        let expected = rows.map(cosine).enumerated().sorted { $0.element > $1.element }.prefix(12)
        let found = index.search(for: query, topK: 12)
        #expect(found.count == min(12, count) && found[0].name == "\(count / 2).png")
        #expect(found.map(\.name) == expected.map { "\($0.offset).png" })
        for (match, expected) in zip(found, expected) { #expect(abs(Double(match.score) - expected.element) <= 1e-5) }
    }

    @Test func onlyWhatIsNamedIsFound() {
        let (index, rows) = index(50, size: 8)
        let names: Set<String> = ["3.png", "40.png", "absent.png"]
        #expect(Set(index.search(for: rows[7], among: names, topK: 5).map(\.name)) == ["3.png", "40.png"])
        #expect(ImageIndex(model: "m").search(for: [1, 2], topK: 5).isEmpty)
    }

    @Test func equalPicturesKeepTheirOrder() {
        var index = ImageIndex(model: "m")
        index.insert((0..<6).map { (name: "\($0)", state: state, embedding: [1, 1]) })
        #expect(index.search(for: [2, 2], topK: 3).map(\.name) == ["0", "1", "2"])
    }

    @Test func filesHoldTheWholeIndex() throws {
        let (index, rows) = index(20, size: 5)
        let path = folder.file("index.safetensors")
        try index.write(to: path)
        var read = try ImageIndex(path)
        #expect(read.count == 20 && read.model == "m" && read.holds("3.png", state))
        #expect(read.search(for: rows[2], topK: 20) == index.search(for: rows[2], topK: 20))
        // A changed file is another picture; one that is gone is none.
        folder.write("a.png", [1, 2, 3, 4])
        let changed = try #require(FileState(folder.file("a.png")))
        #expect(!read.holds("3.png", changed))
        read.insert([(name: "3.png", state: changed, embedding: rows[9])])
        read.removeAll { $0 != "9.png" }
        #expect(read.count == 19 && read.holds("3.png", changed) && !read.holds("9.png", state))
        #expect(read.search(for: rows[9], topK: 1).map(\.name) == ["3.png"])
    }

    /// Files that are no index, or contradict themselves, are refused by name.
    @Test(arguments: ["features", "images", "states", "model", "count", "twice"])
    func damagedFilesAreRefused(kind: String) throws {
        let path = folder.file("index.safetensors")
        let names = kind == "twice" ? #"["a", "a"]"# : #"["a", "b"]"#
        let metadata = [("images", names), ("states", #"["1 2", "3 4"]"#), ("model", "m")].filter { $0.0 != kind }
        let features = Tensor(shape: [kind == "count" ? 3 : 2, 4], repeating: 1)
        try Safetensors.write([(kind == "features" ? "others" : "features", features)], metadata: metadata, to: path)
        #expect { try ImageIndex(path) } throws: { error in
            (error as? FileError)?.kind == .badData && (error as? FileError)?.path == path
        }
    }
}
