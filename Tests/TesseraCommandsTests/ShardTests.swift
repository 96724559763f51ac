import ArgumentParser
import TesseraCommands
import Testing

/// Parts of the inputs.
@Suite struct ShardTests {
    @Test(arguments: 1...7)
    func everyInputIsInOnePart(count: Int) throws {
        let shards = try (0..<count).map { try #require(Shard(argument: "\($0)/\(count)")) }
        for shard in shards { try shard.check() }
        for number in 0..<50 { #expect(shards.count(where: { $0.contains(number) }) == 1) }
        // As even as can be.
        let sizes = shards.map { shard in (0..<50).count { shard.contains($0) } }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test(arguments: ["4/4", "-1/4", "0/0", "1/-1", "5/2"])
    func partsThatAreNotThere(argument: String) throws {
        let shard = try #require(Shard(argument: argument))
        let error = #expect(throws: ValidationError.self) { try shard.check() }
        #expect(error?.message.hasPrefix("--shard \(argument): ") == true)
    }

    @Test(arguments: ["", "1", "/", "1/", "/2", "1/2/3", "a/b", "1.0/2", " 1/2", "1 /2"])
    func whatIsNoPart(argument: String) {
        #expect(Shard(argument: argument) == nil)
    }
}
