import HubFetching
import LoopbackHub
import TesseraFiles
import Testing

/// Damaged answers of the hub are read, or refused in one line; whatever is read is safe to write.
@Suite struct ListingSweepTests {
    private let listing = Array(smallModel().information.utf8)

    private func read(_ bytes: [UInt8]) {
        do {
            let files = try RepositoryListing(bytes, address: "hub").files
            #expect(
                files.allSatisfy { !$0.path.isEmpty && !$0.path.hasPrefix("/") && !"/\($0.path)/".contains("/../") })
        } catch {
            #expect(error.kind == .badData && !String(describing: error).contains("\n"))
        }
    }

    @Test func cutAnywhere() {
        for count in 0..<listing.count {
            #expect(throws: FileError.self) { try RepositoryListing(Array(listing.prefix(count)), address: "hub") }
        }
        #expect(throws: Never.self) { try RepositoryListing(listing, address: "hub") }
    }

    @Test func damagedAnywhere() {
        let damage = noise(3 * 20_000)
        for round in 0..<20_000 {
            var bytes = listing
            let place = (Int(damage[3 * round]) << 8 | Int(damage[3 * round + 1])) % bytes.count
            bytes[place] = damage[3 * round + 2]
            read(bytes)
        }
    }
}
