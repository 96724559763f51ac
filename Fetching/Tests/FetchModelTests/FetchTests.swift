import Foundation
import LoopbackHub
import Testing

/// What fetch-model brings, and how it lies in the cache.
@Suite struct FetchTests {
    private let model = smallModel()

    @Test func layout() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let snapshot = place.snapshot(model)
        #expect(outcome.output == snapshot + "\n")
        #expect(place.everything(in: snapshot) == ["config.json", "model.safetensors", "vocab.txt"])
        for file in model.files where ["config.json", "model.safetensors", "vocab.txt"].contains(file.path) {
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: snapshot + "/" + file.path)
            #expect(link == "../../blobs/" + file.hash)
        }
        #expect(place.contents(snapshot + "/model.safetensors") == noise(300_000))
        let reference = place.contents(place.repository("owner/model") + "/refs/main")
        #expect(reference == Array(model.commit.utf8))
        #expect(place.everything(in: place.repository("owner/model") + "/blobs").count == 3)
    }

    @Test func nothingComesTwice() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        #expect(try place.fetch(["owner/model"], hub: hub.endpoint).code == 0)
        let count = hub.requests.count
        #expect(try place.fetch(["owner/model"], hub: hub.endpoint).code == 0)
        #expect(hub.requests.count == count + 1)
    }

    @Test func all() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        #expect(try place.fetch(["--all", "owner/model"], hub: hub.endpoint).code == 0)
        let snapshot = place.snapshot(model)
        for file in model.files { #expect(place.contents(snapshot + "/" + file.path)?.count == file.byteCount) }
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: snapshot + "/onnx/model.onnx")
        #expect(link.hasPrefix("../../../blobs/"))
    }

    @Test func dryRun() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["--dry-run", "owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0)
        #expect(
            outcome.output
                == "21\towner/model/config.json\n300000\towner/model/model.safetensors\n4\towner/model/vocab.txt\n")
        #expect(outcome.errors == "owner/model: 300 kB would be fetched\n")
        #expect(!FileManager.default.fileExists(atPath: place.cache))
    }

    @Test func revisions() throws {
        let other = HostedRepository("owner/model", model.files, revisions: ["main", "refs/pr/1"])
        let hub = try LoopbackHub([other])
        defer { hub.close() }
        let place = Workplace()
        #expect(try place.fetch(["--revision", "refs/pr/1", "owner/model"], hub: hub.endpoint).code == 0)
        let references = place.repository("owner/model") + "/refs"
        #expect(place.contents(references + "/refs/pr/1") == Array(model.commit.utf8))
        let commit = Workplace()
        #expect(try commit.fetch(["--revision", model.commit, "owner/model"], hub: hub.endpoint).code == 0)
        #expect(!FileManager.default.fileExists(atPath: commit.repository("owner/model") + "/refs"))
    }

    @Test func severalRepositories() throws {
        let hub = try LoopbackHub([model, smallModel("owner/other")])
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model", "owner/absent", "owner/other"], hub: hub.endpoint)
        #expect(outcome.code == 1)
        #expect(outcome.output.split(separator: "\n").count == 2)
        #expect(outcome.errors.hasPrefix("owner/absent: does not exist, or asks for a token"))
    }

    @Test func cacheOption() throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["--cache", place.path + "/elsewhere", "owner/model"], hub: hub.endpoint)
        #expect(outcome.output.hasPrefix(place.path + "/elsewhere/models--owner--model/snapshots/"))
    }
}
