import ArgumentParser
import TesseraFiles

/// Levels of quantiles as `--quantiles` takes them: `0.1,0.5,0.9`.
struct QuantileLevels: ExpressibleByArgument {
    let levels: [Double]
    private static let largestCount = 99

    init?(argument: String) {
        let levels = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard levels.allSatisfy({ $0 != nil }) else { return nil }
        self.levels = levels.allPresent()
    }

    /// Makes sure that forecasters take them.
    ///
    /// - Throws: `ValidationError` (exit code 64).
    func check() throws {
        if let level = levels.first(where: { !($0 > 0 && $0 < 1) }) {
            throw ValidationError("--quantiles must lie between 0 and 1, but one is \(level).")
        }
        if let pair = zip(levels, levels.dropFirst()).first(where: { $0 >= $1 }) {
            throw ValidationError("--quantiles must be in their order, but \(pair.1) follows \(pair.0).")
        }
        guard levels.count <= QuantileLevels.largestCount else {
            throw ValidationError(
                "--quantiles are at most \(QuantileLevels.largestCount), but \(levels.count) are named.")
        }
    }
}
