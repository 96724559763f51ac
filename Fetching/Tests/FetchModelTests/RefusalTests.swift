import Foundation
import LoopbackHub
import Testing

/// What the hub refuses, and what of the hub is refused: one line that says what to do, and an exit code.
@Suite struct RefusalTests {
    private let model = smallModel(weights: 10_000)

    @Test(arguments: [
        ([], "No repository is named"),
        (["a/b/c"], "is not the name of a repository"),
        (["../x"], "is not the name of a repository"),
        (["--revision", "../x", "owner/model"], "--revision must name a branch"),
        (["--cache", "", "owner/model"], "--cache must not be empty"),
        (["--bogus", "owner/model"], "--bogus"),
    ])
    func usage(arguments: [String], cause: String) throws {
        let outcome = try Workplace().fetch(arguments, hub: "http://127.0.0.1:1")
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test(arguments: [
        (401, "RepoNotFound", 77, "check the name, or set HF_TOKEN"),
        (401, "GatedRepo", 77, "accept its conditions"),
        (403, "GatedRepo", 77, "accept its conditions"),
        (403, "", 77, "asks for a token"),
        (404, "RevisionNotFound", 66, "has no branch, tag or commit 'main'"),
        (404, "RepoNotFound", 66, "no such repository"),
        (418, "", 69, "the hub answers 418"),
    ])
    func status(status: Int, code: String, exit: Int, cause: String) throws {
        let hub = try LoopbackHub([model]) { _, _ in Answer(status, [("X-Error-Code", code)]) }
        defer { hub.close() }
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == Int32(exit) && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
        #expect(outcome.errors.contains("owner/model"))
    }

    /// The listing of a gated repository is open, its files are not.
    @Test func gatedFile() throws {
        let hub = try LoopbackHub([model]) { request, _ in
            request.path.contains("/resolve/") ? Answer(403, [("X-Error-Code", "GatedRepo")]) : nil
        }
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint, environment: ["HF_TOKEN": "hf_secret"])
        #expect(
            outcome.code == 77 && outcome.isOneLineOfError && outcome.errors.contains("\(hub.endpoint)/owner/model"))
        #expect(!outcome.errors.contains("hf_secret") && !FileManager.default.fileExists(atPath: place.snapshot(model)))
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"sha": 1}"#, #"{"sha": "main", "siblings": []}"#,
        #"{"sha": "c0ffee12c0ffee12c0ffee12c0ffee12c0ffee12", "siblings": [{"rfilename": "config.json"}]}"#,
        #"{"sha": "c0ffee12c0ffee12c0ffee12c0ffee12c0ffee12", "siblings": [{"rfilename": "a.json", "size": -1}]}"#,
        #"{"sha": "c0ffee12c0ffee12c0ffee12c0ffee12c0ffee12", "siblings": [{"rfilename": "a.json", "size": 1, "blobId": "../a"}]}"#,
    ])
    func damagedListing(listing: String) throws {
        let hub = try LoopbackHub([model]) { _, _ in Answer(200, [], listing) }
        defer { hub.close() }
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
    }

    @Test(arguments: [
        "../evil.json", "/etc/evil.json", "a/../../evil.json", "a//b.json", "./a.json", "a\u{1B}[2J.json", "a\nb.json",
        "a\\b.json",
        "a\0b.json", String(repeating: "a", count: 300) + ".json", "", "..", "a/.", "\u{85}.json",
    ])
    func hostileNames(name: String) throws {
        var hostile = model
        hostile.files[0].path = name
        let hub = try LoopbackHub([hostile])
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["--all", "owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: place.cache))
    }

    @Test(arguments: [["config.json", "Config.json"], ["a.json", "a.json"], ["a", "a/b"], ["A/b", "a"]])
    func collisions(names: [String]) throws {
        let hub = try LoopbackHub([HostedRepository("owner/model", names.map { HostedFile($0, [1, 2, 3]) })])
        defer { hub.close() }
        let outcome = try Workplace().fetch(["--all", "owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains("lists"), "\(outcome)")
    }

    /// What comes is not what the hub lists: nothing of it takes its name.
    @Test(arguments: ["hash of a large file", "hash of a small file", "more bytes", "fewer bytes"])
    func lies(about what: String) throws {
        var lying = model
        switch what {
        case "hash of a large file": lying.files[1].hash = String(repeating: "0", count: 64)
        case "hash of a small file": lying.files[0].hash = String(repeating: "0", count: 40)
        case "more bytes": lying.files[1].byteCount -= 1
        default: lying.files[1].byteCount += 1
        }
        // The other host knows the true file by its true hash, whatever is listed.
        let model = model
        let truth = try LoopbackHub([model])
        let hub = try LoopbackHub([lying]) { request, _ in
            guard request.path.contains("/resolve/"), request.path.hasSuffix(".safetensors") else { return nil }
            return Answer(302, [("Location", "\(truth.otherEndpoint)/files/\(model.files[1].hash)")])
        }
        defer { hub.close() }
        defer { truth.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: place.snapshot(model)))
        let names = place.everything(in: place.repository("owner/model") + "/blobs")
        #expect(!names.contains(lying.files[what.contains("small") ? 0 : 1].hash))
    }

    @Test func fullDisk() throws {
        var huge = model
        huge.files[1].byteCount = 1 << 49
        let hub = try LoopbackHub([huge])
        defer { hub.close() }
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.contains("are free"), "\(outcome)")
    }

    @Test func offline() throws {
        let outcome = try Workplace().fetch(
            ["owner/model"], hub: "http://127.0.0.1:1", environment: ["HF_HUB_OFFLINE": "1"])
        #expect(
            outcome.code == 69 && outcome.isOneLineOfError && outcome.errors.contains("HF_HUB_OFFLINE"), "\(outcome)")
    }
}
