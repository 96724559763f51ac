import TesseraFiles
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What search-images finds, keeps and says.
@Suite struct SearchTests {
    private let folder = TemporaryFolder()
    private static let names = ["airplane.png", "cat.png", "dog.jpg", "ship.png"]

    init() throws {
        for name in SearchTests.names { try copy(name, to: "photos/\(name)") }
    }

    private func copy(_ name: String, to place: String) throws {
        folder.write(place, try InputFile(sample(name)).contents(limit: 1 << 24))
    }

    private func search(_ arguments: [String]) throws -> Outcome {
        try RunningCommand("search-images", arguments, input: "/dev/null").outcome()
    }

    private func matches(_ outcome: Outcome) throws -> [(name: String, score: Double)] {
        #expect(outcome.code == 0, "\(outcome)")
        return try JSONObject(bytes: Array("{\"list\": \(outcome.output)}".utf8), path: "output").objects("list").map {
            (splitName(try $0.string("image")), try $0.number("score", in: -2...2))
        }
    }

    private var isIndexed: Bool { FileState(folder.file("photos/.search-images.safetensors")) != nil }

    private func splitName(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    /// A picture finds itself, with the model that ships; an index is kept and used.
    @Test func picturesFindPictures() throws {
        let arguments = [sample("cat.png"), folder.file("photos"), "--format", "json"]
        let first = try matches(search(arguments))
        #expect(first.count == 4 && first[0].name == "cat.png" && abs(first[0].score - 1) <= 1e-4)
        #expect(first.map(\.score) == first.map(\.score).sorted(by: >))
        #expect(isIndexed)
        let second = try matches(search(arguments + ["--top-k", "2"]))
        #expect(
            second.map(\.name) == first.prefix(2).map(\.name) && second.map(\.score) == first.prefix(2).map(\.score))
    }

    @Test(arguments: ["text-clip", "text-siglip"])
    func wordsFindPictures(model: String) throws {
        let outcome = try search(["a red boat", folder.file("photos"), "--model", Fixtures.ownPath(model)])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && lines.count == 4 && lines.allSatisfy { $0.contains("photos/") }, "\(outcome)")
    }

    /// New and changed files alone are looked at; what is gone is forgotten; another model starts anew.
    @Test func theIndexFollowsTheFolder() throws {
        let common = [folder.file("photos"), "--format", "json"]
        _ = try matches(search([sample("cat.png")] + common))
        let before = try InputFile(folder.file("photos/.search-images.safetensors")).contents(limit: 1 << 24)
        _ = try matches(search([sample("cat.png")] + common))
        #expect(try InputFile(folder.file("photos/.search-images.safetensors")).contents(limit: 1 << 24) == before)
        try copy("frog.png", to: "photos/new.png")
        try copy("dog.jpg", to: "photos/cat.png")
        #expect(unlink(folder.file("photos/ship.png")) == 0)
        let found = try matches(search([sample("dog.jpg")] + common))
        #expect(Set(found.map(\.name)) == ["airplane.png", "cat.png", "dog.jpg", "new.png"])
        #expect(found.prefix(2).allSatisfy { abs($0.score - 1) <= 1e-4 } && found[2].score < 0.999)
        let other = try search([sample("cat.png")] + common + ["--model", Fixtures.ownPath("text-clip")])
        #expect(other.code == 0 && other.errors.contains("is of another model"), "\(other)")
    }

    @Test func oneIndexServesSeveralPlaces() throws {
        let index = folder.file("all.safetensors")
        let arguments = [
            sample("cat.png"), folder.file("photos"), sample("frog.png"), "--index", index, "--format", "json",
        ]
        #expect(try matches(search(arguments)).count == 5)
        #expect(!isIndexed)
        // Only what is named is found, whatever the index holds.
        #expect(
            try matches(search([sample("cat.png"), sample("frog.png"), "--index", index, "--format", "json"])).map(
                \.name) == ["frog.png"])
    }

    @Test func sheetsAreDrawn() throws {
        let outcome = try search([sample("cat.png"), folder.file("photos"), "--sheet", folder.file("sheet.png")])
        #expect(outcome.code == 0, "\(outcome)")
        #expect(
            try InputFile(folder.file("sheet.png")).contents(limit: 1 << 24).prefix(4).elementsEqual([
                0x89, 0x50, 0x4E, 0x47,
            ]))
    }

    @Test func damageIsNamedAndTheRestSearched() throws {
        folder.write("photos/bad.png", [1, 2, 3])
        let outcome = try search([sample("cat.png"), folder.file("photos")])
        #expect(outcome.code == 1 && outcome.errors.contains("photos/bad.png"), "\(outcome)")
        #expect(outcome.output.split(separator: "\n").count == 4)
        folder.write("photos/.search-images.safetensors", [1, 2, 3])
        let damaged = try search([sample("cat.png"), folder.file("photos")])
        #expect(damaged.code == 65 && damaged.errors.contains(".search-images.safetensors"), "\(damaged)")
    }

    @Test(arguments: [
        ([String](), "must be named"), (["a red boat"], "must be named"), (["", "photos"], "must be named"),
        (["a", "-"], "cannot be searched"), (["a", "b", "--top-k", "0"], "--top-k"),
        (["a", "b", "--index", ""], "--index"),
    ])
    func misuseIsRefusedByName(arguments: [String], complaint: String) throws {
        let outcome = try search(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(complaint), "\(outcome)")
    }

    @Test func wordsNeedATextTower() throws {
        let outcome = try search(["a red boat", folder.file("photos")])
        #expect(outcome.code == 64 && outcome.errors.contains("needs CLIP or SigLIP"), "\(outcome)")
    }
}
