import Foundation
import LoopbackHub
import Testing

/// Connections that break, hosts that stall, and hubs that ask to wait.
@Suite struct BreakTests {
    private let model = smallModel(weights: 400_000)

    /// Every connection to the other host is cut after so many bytes: fifty times in all.
    @Test func fiftyCuts() throws {
        let cuts = Counter()
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost, cuts.next() <= 50 else { return nil }
            var answer = usual
            answer.cut = 7000
            return answer
        }
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(cuts.value == 51)
        #expect(place.contents(place.snapshot(model) + "/model.safetensors") == noise(400_000))
    }

    /// A program that is killed leaves what it has, and the next one asks for the rest alone.
    @Test func killed() throws {
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost, request["range"] == nil else { return nil }
            var answer = usual
            answer.stall = 200_000
            return answer
        }
        defer { hub.close() }
        let place = Workplace()
        let running = try place.start(["owner/model"], hub: hub.endpoint)
        let blobs = place.repository("owner/model") + "/blobs/"
        let partial = blobs + model.files[1].hash + ".incomplete"
        let limit = ContinuousClock.now + .seconds(60)
        while place.contents(partial)?.count != 200_000, running.isRunning, .now < limit { usleep(10_000) }
        running.kill()
        _ = running.outcome()
        #expect(place.contents(partial)?.count == 200_000)
        #expect(!FileManager.default.fileExists(atPath: place.snapshot(model)))
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(hub.requests.last { $0.isToOtherHost }?["range"] == "bytes=200000-")
        #expect(place.contents(place.snapshot(model) + "/model.safetensors") == noise(400_000))
    }

    /// What an earlier program left may be wrong; then all comes again.
    @Test(arguments: [100, 400_000, 500_000])
    func wrongRemains(count: Int) throws {
        let hub = try LoopbackHub([model])
        defer { hub.close() }
        let place = Workplace()
        let blobs = place.repository("owner/model") + "/blobs/"
        try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
        let remains = Data(noise(count, seed: 9))
        try remains.write(to: URL(fileURLWithPath: blobs + model.files[1].hash + ".incomplete"))
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(place.contents(place.snapshot(model) + "/model.safetensors") == noise(400_000))
    }

    /// A host that knows no ranges sends all again.
    @Test func noRanges() throws {
        let cuts = Counter()
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost else { return nil }
            var answer = LoopbackHub.whole(usual)
            if cuts.next() == 1 { answer.cut = 100_000 }
            return answer
        }
        defer { hub.close() }
        let place = Workplace()
        #expect(try place.fetch(["owner/model"], hub: hub.endpoint).code == 0)
        #expect(place.contents(place.snapshot(model) + "/model.safetensors") == noise(400_000))
    }

    @Test func stall() throws {
        let stalls = Counter()
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost, stalls.next() == 1 else { return nil }
            var answer = usual
            answer.stall = 1000
            return answer
        }
        defer { hub.close() }
        let outcome = try Workplace().fetch(
            ["owner/model"], hub: hub.endpoint, environment: ["HF_HUB_DOWNLOAD_TIMEOUT": "1"])
        #expect(outcome.code == 0 && stalls.value == 2, "\(outcome)")
    }

    /// Slow is not broken: 200 kB a second for two seconds, with a limit of one.
    @Test func slow() throws {
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost else { return nil }
            var answer = usual
            answer.rate = 200_000
            return answer
        }
        defer { hub.close() }
        let place = Workplace()
        let outcome = try place.fetch(["owner/model"], hub: hub.endpoint, environment: ["HF_HUB_DOWNLOAD_TIMEOUT": "1"])
        #expect(outcome.code == 0 && hub.requests.count { $0.isToOtherHost } == 1, "\(outcome)")
    }

    @Test(arguments: [429, 500, 503])
    func askedToWait(status: Int) throws {
        let requests = Counter()
        let hub = try LoopbackHub([model]) { _, _ in
            requests.next() <= 2 ? Answer(status, [("Retry-After", "1")]) : nil
        }
        defer { hub.close() }
        let start = ContinuousClock.now
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 0 && .now - start >= .seconds(2), "\(outcome)")
    }

    @Test func askedToWaitForLong() throws {
        let hub = try LoopbackHub([model]) { _, _ in Answer(429, [("Retry-After", "3600")]) }
        defer { hub.close() }
        let outcome = try Workplace().fetch(["owner/model"], hub: hub.endpoint)
        #expect(outcome.code == 69 && outcome.isOneLineOfError && outcome.errors.contains("3600 s"), "\(outcome)")
    }

    @Test func neverReached() throws {
        let hub = try LoopbackHub([])
        let endpoint = hub.endpoint
        hub.close()
        let outcome = try Workplace().fetch(["owner/model"], hub: endpoint)
        #expect(outcome.code == 69 && outcome.isOneLineOfError && outcome.errors.contains("HTTPS_PROXY"), "\(outcome)")
    }

    /// Two at once fetch each file once.
    @Test func twoPrograms() throws {
        let hub = try LoopbackHub([model]) { request, usual in
            guard request.isToOtherHost else { return nil }
            var answer = usual
            answer.rate = 400_000
            return answer
        }
        defer { hub.close() }
        let place = Workplace()
        let first = try place.start(["owner/model"], hub: hub.endpoint)
        let second = try place.start(["owner/model"], hub: hub.endpoint)
        #expect(first.outcome().code == 0 && second.outcome().code == 0)
        #expect(hub.requests.count { $0.isToOtherHost } == 1)
    }
}
