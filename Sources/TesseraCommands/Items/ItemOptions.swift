public import ArgumentParser

/// The options of the commands that spread work over many machines: which inputs, which part of them, and a file that a run goes
/// on with. With any of them what is printed is JSON Lines, a line an input, in their order.
public struct ItemOptions: ParsableArguments {
    /// `--manifest`: JSON Lines that name the inputs; `-` is standard input.
    @Option(
        help: ArgumentHelp(
            "JSON Lines that name the inputs, or '-' for such on standard input; prints JSON Lines.", valueName: "file")
    )
    public var manifest: String?

    /// `--shard`: which part of the inputs is done.
    @Option(
        help: ArgumentHelp(
            "Do every Nth input alone, from the Ith on (0/4 to 3/4 are all of them); prints JSON Lines.",
            valueName: "i/n"))
    public var shard: Shard?

    /// `--output`: a file that results are appended to.
    @Option(
        help: ArgumentHelp(
            "Append JSON Lines to this file; started again, go on behind those that are there.", valueName: "file"))
    public var output: String?

    public init() {}

    public func validate() throws {
        try shard?.check()
        if manifest == "" { throw ValidationError("--manifest must not be empty.") }
        if output == "" { throw ValidationError("--output must not be empty.") }
    }

    /// Whether any of them is given.
    public var areGiven: Bool { manifest != nil || shard != nil || output != nil }

    /// Refuses options that have no place beside these.
    ///
    /// - Parameter others: an option's name, and whether it is given.
    /// - Throws: `ValidationError` (exit code 64) naming the first.
    public func refuse(_ others: [(name: String, isGiven: Bool)]) throws {
        guard let other = others.first(where: \.isGiven) else { return }
        let own = manifest != nil ? "--manifest" : output != nil ? "--output" : "--shard"
        throw ValidationError("\(other.name) does not go with \(own), which gives a line of JSON for each input.")
    }
}

/// A part of the inputs, `I/N`: those whose number, counted from 0, leaves the remainder I when it is divided by N. What is
/// appended to the inputs later changes nobody's part.
public struct Shard: ExpressibleByArgument, Sendable, Equatable {
    /// Which one, from 0 to one less than there are.
    public let index: Int
    /// How many there are.
    public let count: Int

    /// All inputs.
    public static let whole = Shard(index: 0, count: 1)

    private init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

    public init?(argument: String) {
        let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else { return nil }
        self.init(index: index, count: count)
    }

    /// - Throws: `ValidationError` (exit code 64) when there is no such part.
    public func check() throws {
        guard count >= 1, (0..<count).contains(index) else {
            let known = count >= 1 ? "0/\(count) to \(count - 1)/\(count)" : "at least one, 0/1"
            throw ValidationError("--shard \(index)/\(count): parts are counted from 0; there are \(known).")
        }
    }

    /// Whether an input belongs to it, by its number among all.
    public func contains(_ number: Int) -> Bool { number % count == index }
}
